package io.bilgewatch.agent.risk;

import java.util.Optional;

/** Finds the growth that goes on now in a {@link Line}: since when, and how fast. */
final class Runs {
  private static final int FEWEST_POINTS = 5;

  /** A peak is passed by more than one measurement. */
  private static final int FEWEST_ABOVE = 3;

  private static final int FEWEST_FOR_HALF = 8;
  private static final double SHORTEST_SECONDS = 7;

  /** A pause this many times as long as those it made before is an end. */
  private static final double PAUSES = 1.5;

  /** What is flat for fewer measurements than these may go on with the next. */
  private static final double PAUSE_POINTS = 2.5;

  /** Growth since the last gap that is slower than this part of the whole is another growth. */
  private static final double AGREES = 1.0 / 3;

  /** It begins on the level where a peak before is higher by this part of the rise at most. */
  private static final double LEVEL = 0.1;

  /** A climb is above its former peak by this part of the peak's height. */
  private static final double CLEARLY = 0.1;

  /** How much slower the later half may be by chance. */
  private static final double SLOWER = 1.2;

  private final TheilSen theilSen = new TheilSen();
  private final double[] times = new double[TheilSen.MOST_POINTS];
  private final double[] values = new double[TheilSen.MOST_POINTS];

  /**
   * @param seconds for how long it has been seen
   * @param start the point where it began
   * @param noise how far it swings above its floor
   * @param swing what of that is above where it is now
   */
  record Run(double slope, double seconds, int start, double noise, double swing) {}

  /**
   * The run that goes on now.
   *
   * @param from the first point to look at
   * @param gap the first point after the last gap
   * @param rhythm seconds between measurements
   * @param leastRise what is less is no growth
   * @param records whether it must be above all that was ever measured before it
   */
  Optional<Run> find(
      Line line, int from, int gap, double rhythm, double leastRise, boolean records) {
    int start = line.start(from, leastRise);
    if (start < gap && rate(line, gap) < AGREES * rate(line, start)) {
      start = line.start(gap, leastRise);
    }
    if (line.size - start < FEWEST_POINTS
        || line.seconds(start) < SHORTEST_SECONDS
        || line.rise(start) < leastRise) {
      return Optional.empty();
    }
    int half = recentHalf(line, start, line.end());
    double slope = slope(line, half, line.end());
    int flat = flatFrom(line, start, slope, rhythm);
    if (slope <= 0 || hasStopped(line, start, flat, rhythm)) {
      return Optional.empty();
    }
    int seen = records ? seenFrom(line, start) : start;
    if (line.size - seen < FEWEST_ABOVE) {
      return Optional.empty();
    }
    double seconds = Math.max(0, line.seconds(seen) - line.seconds(flat));
    double noise = line.noise(start);
    return Optional.of(
        new Run(
            slope,
            seconds * steadiness(line, start, half, slope),
            start,
            noise,
            noise == 0 ? 0 : Math.max(0, noise - line.aboveFloor(start, slope))));
  }

  private static double rate(Line line, int from) {
    return from == line.end() ? 0 : line.rise(from) / line.seconds(from);
  }

  /**
   * Below its former peak a climb is one more tooth of a saw. Clearly above, it counts from where
   * it passed the peak: nothing like it was seen so far.
   */
  private static int seenFrom(Line line, int start) {
    double peak = line.peakUntil(start);
    double height = peak - line.floor[start];
    if (height <= LEVEL * line.rise(start)) {
      return start;
    }
    boolean clearly = line.floor[line.end()] > peak + CLEARLY * height;
    return clearly ? line.firstAbove(peak, start) : line.size;
  }

  /** The later half in time, where that has enough points: what bends goes on as it went last. */
  private static int recentHalf(Line line, int start, int end) {
    int half = start;
    while (line.times[end] - line.times[half] > (line.times[end] - line.times[start]) / 2) {
      half++;
    }
    return end - half + 1 < FEWEST_FOR_HALF ? start : half;
  }

  /** What slows down will not go on for long: 1 where it does not. */
  private static double steadiness(Line line, int start, int half, double slope) {
    if (half == start) {
      return 1;
    }
    double before = (line.floor[half] - line.floor[start]) / (line.times[half] - line.times[start]);
    double kept = Math.min(1, SLOWER * slope / before);
    return kept * kept;
  }

  /** Since when it has not risen. */
  private static int flatFrom(Line line, int start, double slope, double rhythm) {
    int flat = line.end();
    double level = line.floor[flat] - slope * rhythm / 2;
    while (flat > start && line.floor[flat - 1] > level) {
      flat--;
    }
    return flat;
  }

  /**
   * Whether it has been flat for longer than its own steps and pauses explain. One that grows in
   * steps of a megabyte each minute pauses for a minute; one that grew evenly does not pause at
   * all.
   */
  private boolean hasStopped(Line line, int start, int flat, double rhythm) {
    if (line.seconds(flat) <= PAUSE_POINTS * rhythm) {
      return false;
    }
    int half = recentHalf(line, start, flat);
    double slope = slope(line, half, flat);
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = half; i <= flat; i++) {
      double offLine = line.floor[i] - slope * line.times[i];
      lowest = Math.min(lowest, offLine);
      highest = Math.max(highest, offLine);
    }
    return slope * (line.seconds(flat) - PAUSE_POINTS * rhythm) > PAUSES * (highest - lowest);
  }

  /** Theil-Sen over points that are evenly spread in time, whatever rhythm they came in. */
  private double slope(Line line, int start, int end) {
    int count = end - start + 1;
    if (count <= TheilSen.MOST_POINTS) {
      System.arraycopy(line.times, start, times, 0, count);
      System.arraycopy(line.floor, start, values, 0, count);
      return theilSen.slope(times, values, count);
    }
    double step = (line.times[end] - line.times[start]) / (TheilSen.MOST_POINTS - 1);
    double due = line.times[start];
    int taken = 0;
    for (int i = start; i <= end && taken < TheilSen.MOST_POINTS; i++) {
      if (line.times[i] >= due || i == end) {
        times[taken] = line.times[i];
        values[taken++] = line.floor[i];
        due += step * Math.max(1, Math.ceil((line.times[i] - due) / step));
      }
    }
    return theilSen.slope(times, values, taken);
  }
}
