package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Says whether something may be read before its time, so that all such readings take a hundredth of
 * one CPU, about. One that was held up does not keep the next waiting ({@link Cost}). For one
 * thread.
 */
final class EarlyPace {
  private static final int PAUSES = 100;

  private final Cost cost = new Cost();
  private long atNanos;

  boolean mayRead(long now) {
    return now - atNanos >= PAUSES * cost.nanos();
  }

  /** All of it was read, at its time or before. */
  void read(long at, Duration took) {
    atNanos = at;
    cost.took(took.toNanos());
  }
}
