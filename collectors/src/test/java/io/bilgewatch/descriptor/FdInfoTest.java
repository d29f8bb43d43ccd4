package io.bilgewatch.descriptor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FdInfoTest {
  private static int of(String text) throws Malformed {
    return FdInfo.mountId(text.getBytes(US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pos:\t0\nflags:\t0100002\nmnt_id:\t29\n",
        "pos:\t0\nflags:\t0100002\nmnt_id:\t29\nino:\t12345\n",
        "mnt_id:\t29\nof_a_later_kernel:\tmnt_id:\t30\n",
        "pos:\t0\nmnt_id:\t29\nino:\t7\nlock:\t1: POSIX  ADVISORY  WRITE 359 08:01:7 0 EO",
      })
  void theMountIsOnALineOfItsOwn(String text) throws Malformed {
    assertEquals(29, of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pos:\t0\nflags:\t0100002\n",
        "pos:\t0\nmnt_id:\t29",
        "pos:\t0\nmnt_id:\tx\n",
        "mnt_id:\n",
        "xmnt_id:\t29\n",
        "pos:\tmnt_id:\t29\n",
      })
  void nothingElseIsTakenForIt(String text) {
    assertThrows(Malformed.class, () -> of(text));
  }

  @Test
  void thisKernelWritesIt() throws IOException {
    Path own = Path.of("/proc/self/fdinfo/0");
    int id = FdInfo.mountId(Files.readAllBytes(own));
    assertTrue(id > 0, () -> "mount " + id);
  }
}
