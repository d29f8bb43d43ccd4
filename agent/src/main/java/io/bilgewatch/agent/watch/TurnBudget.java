package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Token buckets of CPU time: all walking may take a share of one CPU on average, and a second of it
 * at once, so that a container that appears is measured now and not when its turn comes. Half of it
 * is for what is urgent and half for the rest, so that neither can starve the other; what one does
 * not need is the other's. Not thread-safe; the clock is handed in.
 */
final class TurnBudget {
  private static final double MOST_NANOS = 0.5e9;

  private final double share;
  private double urgent = MOST_NANOS;
  private double rest = MOST_NANOS;
  private long refilledAt;

  /**
   * @param share of one CPU, above 0 and at most 1
   * @param nowNanos a monotonic clock's reading
   */
  TurnBudget(double share, long nowNanos) {
    this.share = share;
    this.refilledAt = nowNanos;
  }

  /** Takes what a turn cost; may go into debt. */
  void spend(Duration cpu, boolean isUrgent, long nowNanos) {
    refill(nowNanos);
    if (isUrgent) {
      urgent -= cpu.toNanos();
    } else {
      rest -= cpu.toNanos();
    }
  }

  /** How long until a turn may begin. */
  Duration pause(boolean isUrgent, long nowNanos) {
    refill(nowNanos);
    double tokens = isUrgent ? urgent : rest;
    // The other's surplus would come on top: whoever waits that long is told too late, not too
    // soon.
    return tokens > 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil(-tokens / (share / 2)) + 1);
  }

  private void refill(long nowNanos) {
    double half = (nowNanos - refilledAt) * share / 2;
    refilledAt = nowNanos;
    urgent += half;
    rest += half;
    double surplus = Math.max(0, urgent - MOST_NANOS);
    urgent -= surplus;
    rest += surplus;
    surplus = Math.max(0, rest - MOST_NANOS);
    rest -= surplus;
    urgent = Math.min(MOST_NANOS, urgent + surplus);
  }
}
