package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Says whether something may be read before its time, so that all such readings take a hundredth of
 * one CPU, about. One that was held up does not keep the next waiting: of the last two the quicker
 * counts. For one thread.
 */
final class EarlyPace {
  private static final int PAUSES = 100;

  private long atNanos;
  private long tookNanos;
  private long costNanos;

  boolean mayRead(long now) {
    return now - atNanos >= PAUSES * costNanos;
  }

  /** It was read, at its time or before. */
  void read(long at, Duration took) {
    atNanos = at;
    costNanos = Math.min(took.toNanos(), tookNanos);
    tookNanos = took.toNanos();
  }
}
