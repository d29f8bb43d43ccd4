package io.bilgewatch.libc;

/** The processor time of one thread by clock_gettime(2), CLOCK_THREAD_CPUTIME_ID. */
public final class ThreadCpu implements AutoCloseable {
  static final int CLOCK_THREAD_CPUTIME_ID = 3;

  private final KernelClock clock = new KernelClock(CLOCK_THREAD_CPUTIME_ID);

  /** Nanoseconds that the calling thread has run, in user space and in the kernel. */
  public long nanos() {
    return clock.nanos();
  }

  @Override
  public void close() {
    clock.close();
  }
}
