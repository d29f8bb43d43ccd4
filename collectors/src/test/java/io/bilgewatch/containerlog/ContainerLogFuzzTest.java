package io.bilgewatch.containerlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bilgewatch.docker.LogFile;
import io.bilgewatch.kernel.KernelPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Log files and lines of any bytes. */
class ContainerLogFuzzTest {
  private static final WriteFailureRules RULES = WriteFailureRules.shipped();

  @FuzzTest
  void anyBytesAreRowsOfJsonOrMalformed(byte[] file) throws IOException {
    read(LogFile.Format.JSON_LINES, file);
  }

  @FuzzTest
  void anyBytesAreEntriesOrMalformed(byte[] file) throws IOException {
    read(LogFile.Format.LOCAL_ENTRIES, file);
  }

  private static void read(LogFile.Format format, byte[] file) throws IOException {
    try (LogBuffers buffers = new LogBuffers()) {
      for (boolean atRow : new boolean[] {true, false}) {
        long read =
            new RowReader(format)
                .read(
                    buffers,
                    new ByteArrayInputStream(file),
                    file.length,
                    atRow,
                    (text, length, time) -> assertTrue(length <= text.length));
        assertTrue(read >= 0 && read <= file.length, "" + read);
      }
    }
  }

  @FuzzTest
  void whatAnyLineTellsIsPrintable(byte[] line) {
    RULES
        .match(line, 0, line.length)
        .ifPresent(failure -> {
          failure.path().ifPresent(ContainerLogFuzzTest::assertPrintable);
          assertPrintable(failure.program());
        });
  }

  private static void assertPrintable(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(text, KernelPath.display(bytes, 0, bytes.length));
  }
}
