package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** The processor time of one thread by clock_gettime(2), CLOCK_THREAD_CPUTIME_ID. */
public final class ThreadCpu implements AutoCloseable {
  static final int CLOCK_THREAD_CPUTIME_ID = 3;
  private static final long NANOS_A_SECOND = 1_000_000_000L;

  /** struct timespec: s64 tv_sec @0, s64 tv_nsec @8. */
  private final Memory time = new Memory(16);

  /** Nanoseconds that the calling thread has run, in user space and in the kernel. */
  public long nanos() {
    int result = Libc.clock_gettime(CLOCK_THREAD_CPUTIME_ID, Pointer.nativeValue(time));
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
