package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Says when something is due again. The first time is at once, and the later ones are whole periods
 * from it, so that being asked late does not add up.
 */
final class Every {
  private final long periodNanos;
  private boolean asked;
  private long nextNanos;

  Every(Duration period) {
    this.periodNanos = period.toNanos();
  }

  /** Whether it is due; if so, the next time is a period after it was. */
  boolean due(long nowNanos) {
    if (asked && nowNanos - nextNanos < 0) {
      return false;
    }
    boolean inRhythm = asked && nowNanos - nextNanos < periodNanos;
    nextNanos = (inRhythm ? nextNanos : nowNanos) + periodNanos;
    asked = true;
    return true;
  }

  /** Makes it due. */
  void hurry() {
    asked = false;
  }
}
