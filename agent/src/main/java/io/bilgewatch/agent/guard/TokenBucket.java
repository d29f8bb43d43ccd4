package io.bilgewatch.agent.guard;

import io.bilgewatch.agent.config.WebConfig.RateLimit;

/** Lets through as many requests as there are tokens. */
final class TokenBucket {
  private final long intervalNanos;
  private final long mostNanos;
  private long filledNanos;
  private long lastNanos;

  /** Full at first. */
  TokenBucket(RateLimit limit, long nowNanos) {
    intervalNanos = limit.interval().toNanos();
    mostNanos = intervalNanos * limit.burst();
    filledNanos = mostNanos;
    lastNanos = nowNanos;
  }

  /**
   * @param nowNanos by a monotonic clock
   * @return whether there was a token
   */
  synchronized boolean take(long nowNanos) {
    filledNanos = Math.min(mostNanos, filledNanos + nowNanos - lastNanos);
    lastNanos = nowNanos;
    if (filledNanos < intervalNanos) {
      return false;
    }
    filledNanos -= intervalNanos;
    return true;
  }
}
