package io.bilgewatch.agent.risk;

import java.time.Duration;
import java.util.OptionalDouble;

/** When something is full: room over slope, where the past is long enough to say so. */
public final class Forecast {
  /** A forecast reaches this many times as far as the growth has been seen. */
  static final double REACH = 4;

  /** The first of it may be a start-up and counts for nothing in that. */
  static final double START_UP_SECONDS = 60;

  private static final double NANOS = 1e9;

  private Forecast() {}

  /**
   * Seconds until a room is used up; empty where it is not growing, or not for long enough.
   *
   * @param room bytes; an infinite one never fills
   */
  public static OptionalDouble secondsUntil(double room, Growth growth) {
    if (!growth.isGrowing() || growth.bytesPerSecond() <= 0) {
      return OptionalDouble.empty();
    }
    return within(Math.max(0, room) / growth.bytesPerSecond(), growth.evidence());
  }

  /** The same for a trend: it is full where its swings first touch the limit. */
  public static OptionalDouble secondsUntil(double room, Trend trend) {
    return secondsUntil(room - trend.swingBytes(), trend.growth());
  }

  /** Empty where the growth has not been seen for long enough to say so. */
  public static OptionalDouble within(double seconds, Duration evidence) {
    return seconds <= reach(evidence.toNanos() / NANOS)
        ? OptionalDouble.of(seconds)
        : OptionalDouble.empty();
  }

  /** What is young is believed only as far as it has been seen. */
  private static double reach(double evidence) {
    return Math.max(evidence, REACH * (evidence - START_UP_SECONDS));
  }
}
