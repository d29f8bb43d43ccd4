package io.bilgewatch.agent.watch;

import java.time.Duration;

/** Says when something is due again. The first time is at once. */
final class Every {
  private final long periodNanos;
  private boolean asked;
  private long lastNanos;

  Every(Duration period) {
    this.periodNanos = period.toNanos();
  }

  /** Whether it is due; if so, the next time is a period from now. */
  boolean due(long nowNanos) {
    if (asked && nowNanos - lastNanos < periodNanos) {
      return false;
    }
    asked = true;
    lastNanos = nowNanos;
    return true;
  }

  /** Makes it due. */
  void hurry() {
    asked = false;
  }
}
