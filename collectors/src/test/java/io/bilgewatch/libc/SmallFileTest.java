package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallFileTest {
  private static final int BUFFER = 8 << 10;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER, 5 * BUFFER + 3})
  void readsAFileOfAnySizeWhole(int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Path file = Files.write(directory.resolve("file"), content);
    try (SmallFile reader = new SmallFile()) {
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(content, reader.read(path(file)));
        assertArrayEquals(content, reader.readToEnd(path(file)));
      }
    }
  }

  /** The kernel hands out a mount table a page at a time. */
  @Test
  void whatComesInPiecesIsReadToItsEnd() throws IOException {
    Path table = Path.of("/proc/self/mountinfo");
    try (SmallFile reader = new SmallFile()) {
      assertArrayEquals(KernelFile.read(table), reader.readToEnd(path(table)));
    }
  }

  @Test
  void whatIsTooLargeIsAnErrorAndNotCut() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[(1 << 20) + 1]);
    try (SmallFile reader = new SmallFile()) {
      IOException error = assertThrows(IOException.class, () -> reader.read(path(file)));
      assertEquals(file + ": larger than 1048576 bytes", error.getMessage());
    }
  }

  private static KernelPath path(Path path) {
    return KernelPath.of(path.toString());
  }
}
