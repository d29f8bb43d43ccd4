package io.bilgewatch.libc;

/**
 * The time since the kernel's start, sleep included, by clock_gettime(2), CLOCK_BOOTTIME: the clock
 * of a process's start time in {@code /proc/<pid>/stat}. Not for several threads.
 */
public final class BootClock implements AutoCloseable {
  static final int CLOCK_BOOTTIME = 7;

  private final KernelClock clock = new KernelClock(CLOCK_BOOTTIME);

  public long nanos() {
    return clock.nanos();
  }

  @Override
  public void close() {
    clock.close();
  }
}
