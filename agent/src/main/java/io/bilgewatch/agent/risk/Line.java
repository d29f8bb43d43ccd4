package io.bilgewatch.agent.risk;

import java.util.Arrays;

/**
 * A history as a line that never falls: its floor, which at each time is the least of what was
 * measured then and ever since. What a burst, a temporary file or a cache took and gave back is not
 * in it. Times are in seconds and end at 0.
 */
final class Line {
  private static final double SECONDS = 1e-9;

  /** A chord may miss the floor by this part of its rise, and it is still one steady growth. */
  private static final double TOLERANCE = 0.2;

  /** A single swing may be in two points. */
  private static final int SWINGS = 4;

  private final double[] highest = new double[SWINGS];

  final double[] times;
  final double[] floor;
  final double[] least;
  final double[] most;
  final double[] widths;
  private final double[] work;
  int size;

  Line(int capacity) {
    times = new double[capacity];
    floor = new double[capacity];
    least = new double[capacity];
    most = new double[capacity];
    widths = new double[capacity];
    work = new double[capacity];
  }

  /** Of growth, or upside down, where shrinking is growth. */
  void of(Points points, boolean upsideDown) {
    size = points.size();
    long end = points.nanos[size - 1];
    double after = Double.POSITIVE_INFINITY;
    for (int i = size - 1; i >= 0; i--) {
      times[i] = (points.nanos[i] - end) * SECONDS;
      widths[i] = points.widths[i] * SECONDS;
      least[i] = upsideDown ? -points.most[i] : points.least[i];
      most[i] = upsideDown ? -points.least[i] : points.most[i];
      double last = upsideDown ? -points.last[i] : points.last[i];
      floor[i] = Math.min(last, after);
      after = Math.min(after, least[i]);
    }
  }

  int end() {
    return size - 1;
  }

  double rise(int from) {
    return floor[size - 1] - floor[from];
  }

  double seconds(int from) {
    return -times[from];
  }

  /**
   * Where the steady growth that goes on now began, at {@code from} at the earliest: the last piece
   * of the floor that a straight line stands for, found by cutting at what the line misses most.
   */
  int start(int from, double leastRise) {
    int start = from;
    while (size - start > 2 && rise(start) >= leastRise) {
      int worst = farthest(start);
      if (worst == start) {
        return start;
      }
      start = worst;
    }
    return start;
  }

  private int farthest(int start) {
    double slope = rise(start) / seconds(start);
    double allowed = TOLERANCE * rise(start);
    int worst = start;
    for (int i = start + 1; i < size - 1; i++) {
      double miss = Math.abs(floor[i] - floor[start] - slope * (times[i] - times[start]));
      if (miss > allowed) {
        allowed = miss;
        worst = i;
      }
    }
    return worst;
  }

  /** The most that was ever measured before a point, that point's stretch included. */
  double peakUntil(int point) {
    double peak = most[0];
    for (int i = 1; i <= point; i++) {
      peak = Math.max(peak, most[i]);
    }
    return peak;
  }

  /** How far above the floor it swings again and again; what happened once or twice is left out. */
  double noise(int from) {
    Arrays.fill(highest, 0);
    for (int i = from; i < size; i++) {
      double above = most[i] - floor[i];
      for (int k = 0; k < highest.length && above > 0; k++) {
        if (above > highest[k]) {
          double lower = highest[k];
          highest[k] = above;
          above = lower;
        }
      }
    }
    return highest[highest.length - 1];
  }

  /** How far the last point is above the line of that slope through the middle of the floor. */
  double aboveFloor(int from, double slope) {
    int count = size - from;
    for (int i = 0; i < count; i++) {
      work[i] = floor[from + i] - slope * times[from + i];
    }
    Arrays.sort(work, 0, count);
    return Math.max(0, floor[size - 1] - work[count / 2]);
  }

  /** The first point from which on the floor is above a level; the size where there is none. */
  int firstAbove(double level, int from) {
    for (int i = from; i < size; i++) {
      if (floor[i] > level) {
        return i;
      }
    }
    return size;
  }
}
