package io.bilgewatch.agent.push;

import java.time.Duration;
import java.time.Instant;

/** A clock that a test moves. */
final class HandClock implements PushClock {
  private Instant now = MadeAlerts.BEGAN;
  private long nanos = Long.MAX_VALUE - Duration.ofMinutes(3).toNanos();

  @Override
  public Instant now() {
    return now;
  }

  /** It runs over, as the real one may. */
  @Override
  public long nanos() {
    return nanos;
  }

  void advance(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  /** Somebody sets the time. */
  void set(Instant time) {
    now = time;
  }
}
