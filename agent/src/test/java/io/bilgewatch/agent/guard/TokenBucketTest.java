package io.bilgewatch.agent.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.WebConfig.RateLimit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long START = Long.MAX_VALUE - 1_000_000_000L;

  private final TokenBucket bucket =
      new TokenBucket(new RateLimit(Duration.ofMillis(100), 3), START);

  @Test
  void aBurstAndThenOneInEachInterval() {
    assertEquals(3, taken(0, 10));
    assertFalse(take(99));
    assertTrue(take(100));
    assertFalse(take(150));
    assertEquals(3, taken(60_000, 10), "it holds no more than a burst");
  }

  private int taken(long millis, int times) {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      taken += take(millis) ? 1 : 0;
    }
    return taken;
  }

  private boolean take(long millis) {
    return bucket.take(START + Duration.ofMillis(millis).toNanos());
  }
}
