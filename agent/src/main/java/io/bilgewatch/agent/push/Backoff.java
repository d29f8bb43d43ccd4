package io.bilgewatch.agent.push;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to leave an Alertmanager alone that does not take alerts: 1 s, 2 s, 4 s, … 30 s, of each
 * up to a quarter less, so that many hosts do not come back in the same moment.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final double JITTER = 0.25;

  private final RandomGenerator random;
  private Duration next = FIRST;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** After one more failure. */
  Duration afterFailure() {
    Duration now = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return now.minusNanos((long) (now.toNanos() * JITTER * random.nextDouble()));
  }

  void reset() {
    next = FIRST;
  }
}
