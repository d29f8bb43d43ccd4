package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryStatTest {
  private static final int ENOENT = 2;

  @TempDir private Path directory;

  @Test
  void saysTheSameOnceSoManyWereAskedThatLinkingPays() throws Exception {
    Path file = directory.resolve("file");
    Files.write(file, new byte[123_456]);
    try (Fd fd = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY);
        EntryName there = name("file");
        EntryName missing = name("missing");
        StatxBuffer stat = new StatxBuffer()) {
      EntryStat.pays = false;
      for (int i = 0; i < 900_000 && !EntryStat.pays; i++) {
        assertEquals(0, stat.entry(fd.number(), there.address()));
      }
      assertTrue(EntryStat.pays);
      assertEquals(ENOENT, stat.entry(fd.number(), missing.address()));
      assertEquals(0, stat.entry(fd.number(), there.address()));
      assertEquals(123_456, stat.size());
      assertEquals(Files.getAttribute(file, "unix:ino"), stat.inode());
    }
  }

  private static EntryName name(String text) {
    EntryName name = new EntryName();
    name.set(KernelPath.of(text).bytes());
    return name;
  }
}
