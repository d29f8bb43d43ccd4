package io.bilgewatch.agent.watch;

/**
 * What something that is done again and again takes, in nanoseconds. The first time is of cold
 * code, and one may be held up: the cheaper of the last two counts. For one thread.
 */
final class Cost {
  private long lastNanos;
  private long nanos;

  /** 0 where it was done once or never. */
  long nanos() {
    return nanos;
  }

  void took(long tookNanos) {
    nanos = Math.min(tookNanos, lastNanos);
    lastNanos = tookNanos;
  }
}
