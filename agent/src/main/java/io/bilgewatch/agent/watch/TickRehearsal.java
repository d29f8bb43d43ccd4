package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Has the host looked at and a view made ten times a second for a while, some time after the start,
 * until the JVM has compiled what that takes. It interprets a method until it was called 200 times,
 * which at a view each ten seconds would take half an hour. For one thread.
 */
final class TickRehearsal {
  /** When the start is over. */
  static final Duration BEGIN = Duration.ofSeconds(10);

  static final Duration PAUSE = Duration.ofMillis(100);
  static final int TIMES = 200;

  /** With hundreds of containers what is done for each of them is compiled long before. */
  static final Duration MOST = Duration.ofSeconds(2);

  private final long beginNanos;
  private int left;
  private long leftNanos = MOST.toNanos();

  private TickRehearsal(long beginNanos, int times) {
    this.beginNanos = beginNanos;
    this.left = times;
  }

  static TickRehearsal after(long startNanos) {
    return new TickRehearsal(startNanos + BEGIN.toNanos(), TIMES);
  }

  static TickRehearsal none() {
    return new TickRehearsal(0, 0);
  }

  boolean isOn(long nowNanos) {
    return left > 0 && leftNanos > 0 && nowNanos - beginNanos >= 0;
  }

  /** That it was done once more. */
  void took(long nanos) {
    left--;
    leftNanos -= nanos;
  }
}
