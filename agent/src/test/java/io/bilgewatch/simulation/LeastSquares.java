package io.bilgewatch.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** What Prometheus' predict_linear does: least squares over a window, from two points on. */
final class LeastSquares implements Forecaster {
  private final double window;
  private final Deque<double[]> points = new ArrayDeque<>();
  private double origin = Double.NaN;
  private double n;
  private double x;
  private double y;
  private double xx;
  private double xy;

  LeastSquares(double windowSeconds) {
    window = windowSeconds;
  }

  @Override
  public void measured(double seconds, double bytes) {
    origin = Double.isNaN(origin) ? bytes : origin;
    double[] point = {seconds, bytes - origin};
    points.add(point);
    count(point, 1);
  }

  private void count(double[] point, int sign) {
    n += sign;
    x += sign * point[0];
    y += sign * point[1];
    xx += sign * point[0] * point[0];
    xy += sign * point[0] * point[1];
  }

  @Override
  public OptionalDouble secondsUntilFull(double seconds, double limit) {
    while (!points.isEmpty() && points.getFirst()[0] <= seconds - window) {
      count(points.removeFirst(), -1);
    }
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    double slope = (xy - x * y / n) / (xx - x * x / n);
    double now = origin + y / n + slope * (seconds - x / n);
    // Of what does not change, cancellation leaves some millionths of a byte a second.
    return slope > 1e-3
        ? OptionalDouble.of(Math.max(0, (limit - now) / slope))
        : OptionalDouble.empty();
  }
}
