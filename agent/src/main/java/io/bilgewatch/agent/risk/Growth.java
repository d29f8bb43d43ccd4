package io.bilgewatch.agent.risk;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * How something that holds bytes has grown lately.
 *
 * @param shape what kind of growth it is
 * @param bytesPerSecond the robust slope: 0 where it does not grow (flat, a burst that is over, a
 *     saw-tooth whose floor stays), negative where it shrinks
 * @param evidence for how long it has grown like this; a forecast beyond some times of it says
 *     nothing
 */
public record Growth(Shape shape, double bytesPerSecond, Duration evidence) {

  public Growth {
    Objects.requireNonNull(shape, "shape");
    if (!Double.isFinite(bytesPerSecond) || evidence.isNegative()) {
      throw new IllegalArgumentException(bytesPerSecond + " over " + evidence);
    }
  }

  /** What kind of growth. */
  public enum Shape {
    /** It does not change to speak of. */
    FLAT,
    /** It grew and has stopped, as after a start or an unpacking. */
    BURST,
    /** It grows and is cleaned up again. */
    SAWTOOTH,
    /** It grows slowly under noise or under a saw-tooth. */
    LEAK,
    /** It grows. */
    GROWING,
    /** It becomes less. */
    SHRINKING;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it will end somewhere, if nothing changes. */
  public boolean isGrowing() {
    return shape == Shape.GROWING || shape == Shape.LEAK;
  }
}
