package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** One of the kernel's clocks, by clock_gettime(2). Not for several threads. */
final class KernelClock implements AutoCloseable {
  /** struct timespec: s64 tv_sec @0, s64 tv_nsec @8. */
  static final int SIZE = 16;

  static final int NANOSECONDS = 8;

  private static final long NANOS_A_SECOND = 1_000_000_000L;

  private final int number;

  private final Memory time = new Memory(SIZE);

  KernelClock(int number) {
    this.number = number;
  }

  long nanos() {
    int result = Libc.clock_gettime(number, Pointer.nativeValue(time));
    if (result != 0) {
      throw new IllegalStateException("clock_gettime: " + Errno.describe(Errno.last()));
    }
    return time.getLong(0) * NANOS_A_SECOND + time.getLong(NANOSECONDS);
  }

  @Override
  public void close() {
    time.close();
  }
}
