package io.bilgewatch.simulation;

import java.util.OptionalDouble;

/** One way to tell when something is full. */
interface Forecaster {
  void measured(double seconds, double bytes);

  OptionalDouble secondsUntilFull(double seconds, double limit);

  /** The agent was away; who keeps nothing begins again, who asks Prometheus has it all. */
  default void away(Scenario.Gap gap) {}
}
