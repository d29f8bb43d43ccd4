package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * What the logs may cost in one pass, parted fairly: nobody takes more than an equal share of what
 * is left, and what the modest ones leave goes to those after them. So they are asked in the order
 * of what they want.
 */
final class LogShare {
  /** Of one processor, for understanding lines that speak of errors; reading costs little. */
  private static final double CPU = 0.1;

  private final long mostEach;
  private long leftBytes;
  private long leftNanos;
  private int sharers;

  LogShare(long eachPerSecond, long totalPerSecond, int sharers, double seconds) {
    this.mostEach = (long) (eachPerSecond * seconds);
    this.leftBytes = (long) (totalPerSecond * seconds);
    this.leftNanos = (long) (CPU * seconds * 1e9);
    this.sharers = sharers;
  }

  private LogShare(long bytes, long nanos) {
    this.mostEach = bytes;
    this.leftBytes = bytes;
    this.leftNanos = nanos;
    this.sharers = 1;
  }

  /** Of one log that is read once: so much and no more. */
  static LogShare ofOne(long bytes, Duration cpu) {
    return new LogShare(bytes, cpu.toNanos());
  }

  /** The CPU time that the next one may take. */
  synchronized long cpuNanos() {
    return Math.max(0, leftNanos) / Math.max(1, sharers);
  }

  /** What the next one gets of the bytes it wants. */
  synchronized long take(long wanted) {
    long equal = leftBytes / Math.max(1, sharers);
    sharers--;
    long granted = Math.min(wanted, Math.min(mostEach, equal));
    leftBytes -= granted;
    return granted;
  }

  /** The CPU time that one took. */
  synchronized void spent(long nanos) {
    leftNanos -= nanos;
  }
}
