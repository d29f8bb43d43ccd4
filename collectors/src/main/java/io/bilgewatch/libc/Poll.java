package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Waits with a bound for a descriptor to have something to read (poll(2)). Not for several threads.
 *
 * <pre>
 * struct pollfd: int fd @0, short events @4, short revents @6
 * </pre>
 */
public final class Poll implements AutoCloseable {
  static final int SIZE = 8;
  static final int EVENTS = 4;
  static final int REVENTS = 6;
  static final short POLLIN = 1;
  static final short POLLPRI = 2;

  private static final int MOST = 2;

  private final Memory memory = new Memory(MOST * SIZE);
  private final ByteBuffer entries =
      memory.getByteBuffer(0, MOST * SIZE).order(ByteOrder.nativeOrder());

  /**
   * Whether there is something to read, an error and the end included, within the time.
   *
   * @throws ErrnoException never for a signal, which counts as nothing to read
   */
  public boolean isReadable(Fd fd, Duration patience) throws ErrnoException {
    put(0, fd, POLLIN);
    return await(fd, 1, patience);
  }

  /** As above; somebody's wake-up ends the wait too. */
  boolean isReadable(Fd fd, WakeUp wakeUp, Duration patience) throws ErrnoException {
    put(0, fd, POLLIN);
    put(1, wakeUp.fd(), POLLIN);
    return await(fd, MOST, patience) && entries.getShort(REVENTS) != 0;
  }

  /**
   * Whether a file of {@code /proc} that tells so (proc_pid_mountinfo(5)) says other than when it
   * was opened, or than when this was last asked. Waits for nothing.
   */
  public boolean isChanged(Fd fd) throws ErrnoException {
    put(0, fd, POLLPRI);
    return await(fd, 1, Duration.ZERO);
  }

  private void put(int index, Fd fd, short events) {
    entries.putInt(index * SIZE, fd.number());
    entries.putShort(index * SIZE + EVENTS, events);
    entries.putShort(index * SIZE + REVENTS, (short) 0);
  }

  private boolean await(Fd fd, int count, Duration patience) throws ErrnoException {
    int millis = Math.clamp(patience.toMillis(), 0, Integer.MAX_VALUE);
    int ready = Libc.poll(Pointer.nativeValue(memory), count, millis);
    if (ready < 0) {
      int errno = Errno.last();
      if (errno != Errno.EINTR) {
        throw new ErrnoException("poll", "fd " + fd.number(), errno);
      }
    }
    return ready > 0;
  }

  @Override
  public void close() {
    memory.close();
  }
}
