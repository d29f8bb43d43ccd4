package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The time since the kernel's start, sleep included, by clock_gettime(2), CLOCK_BOOTTIME: the clock
 * of a process's start time in {@code /proc/<pid>/stat}. Not for several threads.
 */
public final class BootClock implements AutoCloseable {
  static final int CLOCK_BOOTTIME = 7;
  private static final long NANOS_A_SECOND = 1_000_000_000L;

  /** struct timespec: s64 tv_sec @0, s64 tv_nsec @8. */
  private final Memory time = new Memory(16);

  public long nanos() {
    int result = Libc.clock_gettime(CLOCK_BOOTTIME, Pointer.nativeValue(time));
    if (result != 0) {
      throw new IllegalStateException("clock_gettime: " + Errno.describe(Errno.last()));
    }
    return time.getLong(0) * NANOS_A_SECOND + time.getLong(8);
  }

  @Override
  public void close() {
    time.close();
  }
}
