package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * A token bucket of CPU time: walks may spend a share of one CPU on average, and a second of it at
 * once, so that a container that appears is measured now and not when its turn comes. Not
 * thread-safe; the clock is handed in.
 */
final class WalkBudget {
  private static final double BURST_NANOS = 1e9;

  private final double share;
  private double tokens = BURST_NANOS;
  private long refilledAt;

  /**
   * @param share of one CPU, above 0 and at most 1
   * @param nowNanos a monotonic clock's reading
   */
  WalkBudget(double share, long nowNanos) {
    this.share = share;
    this.refilledAt = nowNanos;
  }

  /** Takes what a walk cost; may go into debt. */
  void spend(Duration cpu, long nowNanos) {
    refill(nowNanos);
    tokens -= cpu.toNanos();
  }

  /** How long until a walk may begin. */
  Duration pause(long nowNanos) {
    refill(nowNanos);
    return tokens > 0 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil(-tokens / share) + 1);
  }

  private void refill(long nowNanos) {
    tokens = Math.min(BURST_NANOS, tokens + (nowNanos - refilledAt) * share);
    refilledAt = nowNanos;
  }
}
