package io.bilgewatch.agent.risk;

/** Finds the growth that goes on now in a {@link Line}: since when, and how fast. */
final class Runs {
  private static final int FEWEST_POINTS = 5;
  private static final double SHORTEST_SECONDS = 4;

  /** A pause this many times as long as those it made before is an end. */
  private static final double PAUSES = 1.5;

  /** Growth since the last gap that is slower than this part of the whole is another growth. */
  private static final double AGREES = 1.0 / 3;

  private final TheilSen theilSen = new TheilSen();
  private final double[] times = new double[TheilSen.MOST_POINTS];
  private final double[] values = new double[TheilSen.MOST_POINTS];

  /**
   * @param seconds for how long it has been seen
   * @param start the point where it began
   */
  record Run(double slope, double seconds, int start) {}

  /**
   * The run that goes on now, or null.
   *
   * @param from the first point to look at
   * @param gap the first point after the last gap
   * @param rhythm seconds between measurements
   * @param leastRise what is less is no growth
   * @param records whether it must be above all that was ever measured before it
   */
  Run find(Line line, int from, int gap, double rhythm, double leastRise, boolean records) {
    int start = line.start(from, leastRise);
    if (start < gap && rate(line, gap) < AGREES * rate(line, start)) {
      start = line.start(gap, leastRise);
    }
    if (line.size - start < FEWEST_POINTS
        || line.seconds(start) < SHORTEST_SECONDS
        || line.rise(start) < leastRise) {
      return null;
    }
    double slope = slope(line, start);
    if (slope <= 0 || hasStopped(line, start, slope, rhythm)) {
      return null;
    }
    int seen = records ? seenFrom(line, start) : start;
    return seen < line.end() ? new Run(slope, line.seconds(seen), start) : null;
  }

  private static double rate(Line line, int from) {
    return from == line.end() ? 0 : line.rise(from) / line.seconds(from);
  }

  /**
   * Below its former peak a climb is one more tooth of a saw. Above, it counts from where it passed
   * the peak: so far nothing like it was seen.
   */
  private static int seenFrom(Line line, int start) {
    double peak = line.peakUntil(start);
    boolean level = peak - line.floor[start] <= 0.1 * line.rise(start);
    int above = line.firstAbove(peak, start);
    return level && above < line.end() ? start : above;
  }

  /**
   * Whether it has been flat for longer than its own steps explain. One that grows in steps of a
   * megabyte each minute pauses for a minute; one that grew evenly does not pause at all.
   */
  private static boolean hasStopped(Line line, int start, double slope, double rhythm) {
    int end = line.end();
    int flat = end;
    while (flat > start && line.floor[flat - 1] > line.floor[end] - slope * rhythm / 2) {
      flat--;
    }
    double step = 0;
    for (int i = start + 1; i <= flat; i++) {
      double expected = slope * (line.times[i] - line.times[i - 1]);
      step = Math.max(step, line.floor[i] - line.floor[i - 1] - expected);
    }
    return slope * line.seconds(flat) > PAUSES * step + 2.5 * slope * rhythm;
  }

  /** Theil-Sen over points that are evenly spread in time, whatever rhythm they came in. */
  double slope(Line line, int start) {
    int count = line.size - start;
    if (count <= TheilSen.MOST_POINTS) {
      return theilSen.slope(copy(line.times, start, times), copy(line.floor, start, values), count);
    }
    double step = line.seconds(start) / (TheilSen.MOST_POINTS - 1);
    int taken = 0;
    double due = line.times[start];
    for (int i = start; i < line.size; i++) {
      if (line.times[i] >= due || i == line.end()) {
        times[taken] = line.times[i];
        values[taken++] = line.floor[i];
        due += step * Math.max(1, Math.ceil((line.times[i] - due) / step));
        if (taken == TheilSen.MOST_POINTS) {
          break;
        }
      }
    }
    return theilSen.slope(times, values, taken);
  }

  private static double[] copy(double[] from, int start, double[] to) {
    System.arraycopy(from, start, to, 0, Math.min(to.length, from.length - start));
    return to;
  }
}
