package io.bilgewatch.overlay;

import java.time.Duration;

/**
 * Asked by a walk every {@value #EVERY_ENTRIES} entries, on the walking thread; it may sleep there,
 * so that a walk takes a bounded share of a processor, and it hears how far the walk is.
 */
@FunctionalInterface
public interface Pace {
  int EVERY_ENTRIES = 1024;

  /** Never sleeps, never stops. */
  Pace UNHINDERED = _ -> true;

  /**
   * @return false to end the walk, with {@link Shortfall#CANCELLED}
   */
  boolean goOn(Progress progress);

  /**
   * How far a measurement is.
   *
   * @param entries looked at
   * @param cpu of the walking thread since the measurement's start
   * @param wall since the measurement's start
   */
  record Progress(long entries, Duration cpu, Duration wall) {}
}
