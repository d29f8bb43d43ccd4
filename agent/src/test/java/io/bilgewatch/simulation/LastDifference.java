package io.bilgewatch.simulation;

import java.util.OptionalDouble;

/** The slope of the last two measurements. */
final class LastDifference implements Forecaster {
  private double time = Double.NaN;
  private double value;
  private double slope;

  @Override
  public void measured(double seconds, double bytes) {
    slope = Double.isNaN(time) ? 0 : (bytes - value) / (seconds - time);
    time = seconds;
    value = bytes;
  }

  @Override
  public OptionalDouble secondsUntilFull(double seconds, double limit) {
    return slope > 0 ? OptionalDouble.of((limit - value) / slope) : OptionalDouble.empty();
  }
}
