package io.bilgewatch.process;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** What the wall clock showed at some time, on the clock of {@link System#nanoTime}. */
final class MonotonicTime {
  /** Readings of two clocks between which this thread had to wait longer are not of one time. */
  private static final long AT_ONCE = 1_000_000;

  private static final int TRIES = 20;

  private MonotonicTime() {}

  /** Empty for a time that is out of all range. */
  static OptionalLong of(Instant time) {
    for (int i = 1; ; i++) {
      long before = System.nanoTime();
      Instant now = Instant.now();
      long after = System.nanoTime();
      if (after - before < AT_ONCE || i == TRIES) {
        try {
          return OptionalLong.of(after - Duration.between(time, now).toNanos());
        } catch (ArithmeticException _) {
          return OptionalLong.empty();
        }
      }
    }
  }
}
