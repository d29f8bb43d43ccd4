package io.bilgewatch.agent.risk;

/**
 * The median of the slopes of all pairs of points: up to 29 % of the points may be anything without
 * moving it.
 */
final class TheilSen {
  /** Pairs grow with the square: 32 points give 496. */
  static final int MOST_POINTS = 32;

  private final double[] slopes = new double[MOST_POINTS * (MOST_POINTS - 1) / 2];

  /** Of the first {@code count} points, at least two of them at different times. */
  double slope(double[] times, double[] values, int count) {
    int pairs = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        double time = times[j] - times[i];
        if (time > 0) {
          slopes[pairs++] = (values[j] - values[i]) / time;
        }
      }
    }
    return pairs == 0 ? 0 : median(pairs);
  }

  private double median(int count) {
    int middle = count / 2;
    double upper = select(count, middle);
    if (count % 2 == 1) {
      return upper;
    }
    double lower = slopes[0];
    for (int i = 1; i < middle; i++) {
      lower = Math.max(lower, slopes[i]);
    }
    return (lower + upper) / 2;
  }

  /** Hoare's selection: what is left of {@code wanted} is not more than it afterwards. */
  private double select(int count, int wanted) {
    int from = 0;
    int to = count - 1;
    while (from < to) {
      double pivot = slopes[(from + to) >>> 1];
      int i = from;
      int j = to;
      while (i <= j) {
        while (slopes[i] < pivot) {
          i++;
        }
        while (slopes[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swapped = slopes[i];
          slopes[i++] = slopes[j];
          slopes[j--] = swapped;
        }
      }
      if (wanted <= j) {
        to = j;
      } else if (wanted >= i) {
        from = i;
      } else {
        return slopes[wanted];
      }
    }
    return slopes[wanted];
  }
}
