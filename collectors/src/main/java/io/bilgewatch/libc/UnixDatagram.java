package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * Sends one datagram to a socket that has a name (unix(7)), which Java's own channels can't: theirs
 * are streams.
 *
 * <pre>
 * struct sockaddr_un: u16 sun_family @0, char sun_path[108] @2; an abstract name begins with a zero
 * byte, and ends with the length of the address
 * </pre>
 */
public final class UnixDatagram {
  static final int AF_UNIX = 1;
  static final int SOCK_DGRAM = 2;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int PATH = 2;
  static final int PATH_SIZE = 108;

  private UnixDatagram() {}

  /**
   * Never waits for who does not read.
   *
   * @param address a path, or {@code @} and an abstract name
   * @throws ErrnoException ENOENT or ECONNREFUSED where nobody listens there, EAGAIN where nobody
   *     reads
   * @throws IllegalArgumentException where the name is no such address, or longer than one
   */
  public static void send(String address, byte[] bytes) throws ErrnoException {
    byte[] name = address.getBytes(StandardCharsets.UTF_8);
    boolean isPath = address.startsWith("/");
    if ((!isPath && !address.startsWith("@")) || name.length >= PATH_SIZE) {
      throw new IllegalArgumentException("no address of a Unix socket: " + address);
    }
    int type = SOCK_DGRAM | NetlinkSocket.SOCK_CLOEXEC | NetlinkSocket.SOCK_NONBLOCK;
    int number = Libc.socket(AF_UNIX, type, 0);
    if (number < 0) {
      throw new ErrnoException("socket", address, Errno.last());
    }
    try (Fd fd = Fd.owning(number);
        Memory where = new Memory(PATH + PATH_SIZE);
        Memory what = new Memory(Math.max(1, bytes.length))) {
      where.clear();
      where.setShort(0, (short) AF_UNIX);
      where.write(PATH, name, 0, name.length);
      if (!isPath) {
        where.setByte(PATH, (byte) 0);
      }
      // A path ends with a zero byte.
      int length = PATH + name.length + (isPath ? 1 : 0);
      what.write(0, bytes, 0, bytes.length);
      long sent =
          Libc.sendto(
              fd.number(),
              Pointer.nativeValue(what),
              bytes.length,
              MSG_NOSIGNAL,
              Pointer.nativeValue(where),
              length);
      if (sent < 0) {
        throw new ErrnoException("sendto", address, Errno.last());
      }
    }
  }
}
