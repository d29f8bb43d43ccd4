package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An open device, pipe or file that is read on and on: {@code /dev/kmsg}, a {@code trace_pipe}, a
 * log. Never waits but in {@link #awaitReadable}. Not for several threads.
 */
public final class RecordFile implements AutoCloseable {
  public static final int SEEK_SET = 0;
  public static final int SEEK_END = 2;

  /** Of {@code /dev/kmsg}: behind what {@code dmesg --clear} cleared (lseek(2)). */
  public static final int SEEK_DATA = 3;

  private final String name;
  private final Fd fd;
  private final Poll poll = new Poll();
  private final Memory memory;

  private RecordFile(String name, Fd fd, int mostBytes) {
    this.name = name;
    this.fd = fd;
    this.memory = new Memory(mostBytes);
  }

  /**
   * @param flags of open(2) beside O_NONBLOCK and O_CLOEXEC, which are added
   * @param mostBytes of one read
   */
  public static RecordFile open(Path path, int flags, int mostBytes) throws ErrnoException {
    Fd fd = Fd.open(KernelPath.of(path.toString()), flags | Fd.O_NONBLOCK);
    return new RecordFile(path.toString(), fd, mostBytes);
  }

  /** Takes over a descriptor. */
  public static RecordFile adopt(String name, Fd fd, int mostBytes) {
    return new RecordFile(name, fd, mostBytes);
  }

  /** Whether a read would bring something, be it an error, within the time. */
  public boolean awaitReadable(Duration patience) throws ErrnoException {
    return poll.isReadable(fd, patience);
  }

  /**
   * One read(2): a record of a device, a piece of a file.
   *
   * @return how many bytes, at the end of a file 0, and where there is nothing now -1
   * @throws ErrnoException with what the device says otherwise, such as EPIPE
   */
  public int read(byte[] into) throws ErrnoException {
    long most = Math.min(into.length, memory.size());
    long count = Libc.read(fd.number(), Pointer.nativeValue(memory), most);
    if (count < 0) {
      int errno = Errno.last();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return -1;
      }
      throw new ErrnoException("read", name, errno);
    }
    memory.read(0, into, 0, (int) count);
    return (int) count;
  }

  /** lseek(2): the new offset. */
  public long seek(long offset, int whence) throws ErrnoException {
    long at = Libc.lseek(fd.number(), offset, whence);
    if (at < 0) {
      throw new ErrnoException("lseek", name, Errno.last());
    }
    return at;
  }

  @Override
  public void close() {
    fd.close();
    poll.close();
    memory.close();
  }
}
