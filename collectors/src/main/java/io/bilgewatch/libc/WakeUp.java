package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Ends the waits of {@link Poll} from another thread, those that are under way and all to come
 * (eventfd(2)): whoever waits need not wake up now and then to see whether it is to end.
 */
final class WakeUp implements AutoCloseable {
  private static final int CLOEXEC_NONBLOCK = 0x80800;
  private static final int COUNTER_BYTES = 8;

  private final Fd fd;

  private WakeUp(Fd fd) {
    this.fd = fd;
  }

  /**
   * For who waits for this descriptor.
   *
   * @param waitedFor closed where there is no wake-up to be had
   */
  static WakeUp beside(Fd waitedFor) throws ErrnoException {
    int number = Libc.eventfd(0, CLOEXEC_NONBLOCK);
    if (number < 0) {
      ErrnoException none = new ErrnoException("eventfd", "wake-up", Errno.last());
      waitedFor.close();
      throw none;
    }
    return new WakeUp(Fd.owning(number));
  }

  Fd fd() {
    return fd;
  }

  /** Any thread may call this, as long as nobody closes it meanwhile. */
  void wake() throws ErrnoException {
    try (Memory one = new Memory(COUNTER_BYTES)) {
      one.setLong(0, 1);
      if (Libc.write(fd.number(), Pointer.nativeValue(one), COUNTER_BYTES) < 0) {
        throw new ErrnoException("write", "wake-up", Errno.last());
      }
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
