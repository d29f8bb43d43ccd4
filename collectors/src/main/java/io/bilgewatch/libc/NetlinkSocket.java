package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * A netlink(7) socket that listens to multicast groups of the kernel. What another process sent is
 * dropped. Not for several threads.
 *
 * <pre>
 * struct sockaddr_nl: u16 nl_family @0, u16 pad @2, u32 nl_pid @4 (0: the kernel), u32 nl_groups @8
 * </pre>
 */
public final class NetlinkSocket implements AutoCloseable {
  static final int AF_NETLINK = 16;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_RCVBUFFORCE = 33;
  static final int ADDRESS_SIZE = 12;
  static final int ADDRESS_PID = 4;
  static final int ADDRESS_GROUPS = 8;

  public static final int NETLINK_AUDIT = 9;
  public static final int NETLINK_CONNECTOR = 11;

  private final String name;
  private final Fd fd;
  private final WakeUp wakeUp;
  private final Poll poll = new Poll();
  private final Memory memory;
  private final Memory address = new Memory(ADDRESS_SIZE + 4);
  private final ByteBuffer addressBytes =
      address.getByteBuffer(0, ADDRESS_SIZE + 4).order(ByteOrder.nativeOrder());

  private NetlinkSocket(String name, Fd fd, WakeUp wakeUp, int mostBytes) {
    this.name = name;
    this.fd = fd;
    this.wakeUp = wakeUp;
    this.memory = new Memory(mostBytes);
  }

  /**
   * @param groups a bit for each multicast group
   * @param mostBytes of one message
   * @throws ErrnoException EPERM where a capability is missing, EPROTONOSUPPORT where the kernel
   *     does not have the protocol, ECONNREFUSED outside the first network namespace
   */
  public static NetlinkSocket open(int protocol, int groups, int mostBytes) throws ErrnoException {
    String name = "netlink " + protocol;
    int number = Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (number < 0) {
      throw new ErrnoException("socket", name, Errno.last());
    }
    Fd fd = Fd.owning(number);
    NetlinkSocket socket = new NetlinkSocket(name, fd, WakeUp.beside(fd), mostBytes);
    try {
      socket.bind(groups);
      return socket;
    } catch (ErrnoException e) {
      socket.close();
      throw e;
    }
  }

  private void bind(int groups) throws ErrnoException {
    addressBytes.putShort(0, (short) AF_NETLINK).putShort(2, (short) 0);
    addressBytes.putInt(ADDRESS_PID, 0).putInt(ADDRESS_GROUPS, groups);
    if (Libc.bind(fd.number(), Pointer.nativeValue(address), ADDRESS_SIZE) < 0) {
      throw new ErrnoException("bind", name, Errno.last());
    }
  }

  /** Asks for room for bursts; without CAP_NET_ADMIN the system's bound stands. */
  public void receiveBuffer(int bytes) {
    addressBytes.putInt(ADDRESS_SIZE, bytes);
    long value = Pointer.nativeValue(address) + ADDRESS_SIZE;
    if (Libc.setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUFFORCE, value, 4) < 0) {
      int _ = Libc.setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUF, value, 4);
    }
  }

  /** Whether a receive would bring something, be it an error, within the time. */
  public boolean awaitReadable(Duration patience) throws ErrnoException {
    return poll.isReadable(fd, wakeUp, patience);
  }

  /** Ends each wait, by any thread but while another closes this. */
  public void wake() throws ErrnoException {
    wakeUp.wake();
  }

  /**
   * One message of the kernel, with its headers.
   *
   * @return how many bytes; 0 for a message that another process sent; -1 where there is none now
   * @throws ErrnoException ENOBUFS where messages were lost; the next receive goes on
   */
  public int receive(byte[] into) throws ErrnoException {
    addressBytes.putInt(ADDRESS_SIZE, ADDRESS_SIZE);
    long base = Pointer.nativeValue(address);
    long most = Math.min(into.length, memory.size());
    long count =
        Libc.recvfrom(fd.number(), Pointer.nativeValue(memory), most, 0, base, base + ADDRESS_SIZE);
    if (count < 0) {
      int errno = Errno.last();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return -1;
      }
      throw new ErrnoException("recv", name, errno);
    }
    if (addressBytes.getInt(ADDRESS_PID) != 0) {
      return 0;
    }
    memory.read(0, into, 0, (int) count);
    return (int) count;
  }

  /** Sends a message to the kernel. */
  public void send(byte[] message) throws ErrnoException {
    try (Memory copy = new Memory(message.length)) {
      copy.write(0, message, 0, message.length);
      if (Libc.send(fd.number(), Pointer.nativeValue(copy), message.length, 0) < 0) {
        throw new ErrnoException("send", name, Errno.last());
      }
    }
  }

  @Override
  public void close() {
    fd.close();
    wakeUp.close();
    poll.close();
    memory.close();
    address.close();
  }
}
