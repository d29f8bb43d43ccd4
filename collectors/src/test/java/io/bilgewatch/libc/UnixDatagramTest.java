package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixDatagramTest {
  @TempDir private Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A socket bound to the raw bytes of a name, as a service manager has one. */
  private static Fd listening(byte[] sunPath) {
    Fd fd =
        Fd.owning(
            Libc.socket(
                UnixDatagram.AF_UNIX, UnixDatagram.SOCK_DGRAM | NetlinkSocket.SOCK_NONBLOCK, 0));
    try (Memory address = new Memory(UnixDatagram.PATH + UnixDatagram.PATH_SIZE)) {
      address.clear();
      address.setShort(0, (short) UnixDatagram.AF_UNIX);
      address.write(UnixDatagram.PATH, sunPath, 0, sunPath.length);
      long at = Pointer.nativeValue(address);
      assertEquals(0, Libc.bind(fd.number(), at, UnixDatagram.PATH + sunPath.length));
    }
    return fd;
  }

  private static String received(Fd fd) {
    try (Memory buffer = new Memory(4096)) {
      long count = Libc.read(fd.number(), Pointer.nativeValue(buffer), buffer.size());
      return new String(buffer.getByteArray(0, (int) count), StandardCharsets.UTF_8);
    }
  }

  @Test
  void reachesASocketWithAPath() throws Exception {
    Path path = directory.resolve("notify");
    try (Fd socket = listening(bytes(path + "\0"))) {
      UnixDatagram.send(path.toString(), bytes("READY=1\nSTATUS=höre zu"));
      UnixDatagram.send(path.toString(), bytes("WATCHDOG=1"));
      assertEquals("READY=1\nSTATUS=höre zu", received(socket));
      assertEquals("WATCHDOG=1", received(socket));
    }
  }

  @Test
  void reachesASocketWithAnAbstractName() throws Exception {
    String name = "bilgewatch-test-" + ThreadLocalRandom.current().nextLong();
    try (Fd socket = listening(bytes("\0" + name))) {
      UnixDatagram.send("@" + name, bytes("READY=1"));
      assertEquals("READY=1", received(socket));
    }
  }

  @Test
  void saysThatNobodyListens() {
    ErrnoException none =
        assertThrows(
            ErrnoException.class,
            () -> UnixDatagram.send(directory.resolve("none").toString(), bytes("READY=1")));
    assertEquals(Errno.ENOENT, none.errno());
  }

  @Test
  void doesNotWaitForWhoDoesNotRead() throws Exception {
    Path path = directory.resolve("full");
    try (Fd _ = listening(bytes(path + "\0"))) {
      ErrnoException full =
          assertThrows(
              ErrnoException.class,
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  UnixDatagram.send(path.toString(), bytes("WATCHDOG=1"));
                }
              });
      assertEquals(Errno.EAGAIN, full.errno());
    }
  }

  @Test
  void takesNoNameThatIsNoAddress() {
    assertThrows(IllegalArgumentException.class, () -> UnixDatagram.send("notify", bytes("x")));
    String long108 = "/" + "n".repeat(UnixDatagram.PATH_SIZE - 1);
    assertThrows(IllegalArgumentException.class, () -> UnixDatagram.send(long108, bytes("x")));
  }
}
