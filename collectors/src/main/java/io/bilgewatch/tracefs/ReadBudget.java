package io.bilgewatch.tracefs;

import java.time.Duration;

/**
 * How much of a flood is read: so many records in a second, and the rest is left to be overwritten
 * and counted by the kernel, which costs this program nothing. After each look there is a pause, so
 * that a steady trickle is read in batches.
 */
final class ReadBudget {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final int perSecond;
  private final long breath;
  private long second;
  private int spent;
  private long notBefore;

  ReadBudget(int perSecond, Duration breath, long now) {
    this.perSecond = perSecond;
    this.breath = breath.toNanos();
    this.second = now;
    this.notBefore = now;
  }

  /** How long to wait before the next look. */
  long pauseNanos(long now) {
    if (now - second >= SECOND) {
      second = now;
      spent = 0;
    }
    long next = spent < perSecond ? notBefore : Math.max(notBefore, second + SECOND);
    return Math.max(0, next - now);
  }

  boolean hasRoom() {
    return spent < perSecond;
  }

  void spendOne() {
    spent++;
  }

  void looked(long now) {
    notBefore = now + breath;
  }
}
