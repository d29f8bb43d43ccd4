package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Says how long ago a record of {@code /dev/kmsg} was written. The kernel's stamps are of a clock
 * that nobody sets right, and minutes off after months; a record is read some time after it was
 * written, at once for the most part, and seconds later where the host is starved, as it is when
 * memory runs out. So each record says how far the clocks are apart at most, and the promptest of
 * late is believed. Not for several threads.
 */
final class KernelLogClock {
  /** The two may drift apart by one in so many: twice what a clock is slewed by. */
  private static final long DRIFT = 1_000;

  /** What is later than this was not late: the clock of the stamps was another one. */
  private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();

  private boolean read;
  private long apartNanos;
  private long lastNanos;

  /**
   * A record was read.
   *
   * @param sinceBoot its stamp
   * @param nanos when it was read, by {@link System#nanoTime()}
   */
  void read(Duration sinceBoot, long nanos) {
    long most = nanos - sinceBoot.toNanos();
    long known = apartNanos + (nanos - lastNanos) / DRIFT;
    apartNanos = read && most > known && most - known < MOST_NANOS ? known : most;
    lastNanos = nanos;
    read = true;
  }

  /** How long ago the record of that stamp was written; as good as now before one was read. */
  Duration since(Duration sinceBoot, long nanos) {
    return read ? Duration.ofNanos(nanos - apartNanos - sinceBoot.toNanos()) : Duration.ZERO;
  }
}
