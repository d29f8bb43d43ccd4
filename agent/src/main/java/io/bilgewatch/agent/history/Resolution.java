package io.bilgewatch.agent.history;

import java.time.Duration;

/** How wide the buckets of each level are. */
record Resolution(long fineNanos, long windowNanos, long longNanos) {
  private static final long SECOND = 1_000_000_000L;

  static Resolution of(Duration window, Duration longWindow) {
    if (window.compareTo(Duration.ofSeconds(1)) < 0 || longWindow.compareTo(window) < 0) {
      throw new IllegalArgumentException("windows of " + window + " and " + longWindow);
    }
    return new Resolution(
        SECOND,
        Math.max(SECOND, window.toNanos() / Level.BUCKETS),
        longWindow.toNanos() / Level.BUCKETS);
  }
}
