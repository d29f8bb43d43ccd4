package io.bilgewatch.agent.risk;

import java.util.Arrays;
import java.util.Optional;

/**
 * Finds a floor that rises under noise or under a saw-tooth: of eight stretches of equal length,
 * each has a higher least value than the one before, and they lie on a line.
 */
final class Leaks {
  static final int STRETCHES = 8;

  /** Shorter ones are noise's own business. */
  private static final double SHORTEST_SECONDS = 60;

  /** What the floor may miss the line by, as a part of its rise. */
  private static final double TOLERANCE = 0.2;

  /** The floor rose at least this part of the height of a tooth. */
  private static final double OF_THE_TEETH = 0.25;

  /** Without teeth, the height of a stretch is what it rises in it: plain growth, or its end. */
  private static final double MORE_THAN_RISING = 1.5;

  private final TheilSen theilSen = new TheilSen();
  private final double[] at = new double[STRETCHES];
  private final double[] least = new double[STRETCHES];
  private final double[] most = new double[STRETCHES];
  private final double[] heights = new double[STRETCHES];

  /**
   * @param seconds for how long it has been seen
   * @param swing how far it swings above its present value
   */
  record Leak(double slope, double seconds, double swing) {}

  /** The longest one that ends now. */
  Optional<Leak> find(Line line, double leastRise) {
    for (double span = line.seconds(0); span >= SHORTEST_SECONDS; span /= 2) {
      if (stretch(line, span) && rises(leastRise) && isAbovePeaksBefore(line, span)) {
        double slope = theilSen.slope(at, least, STRETCHES);
        return Optional.of(new Leak(slope, -at[0], swing(line, slope)));
      }
    }
    return Optional.empty();
  }

  /** Where its peaks did not rise with it, a climb is one more tooth of a saw. */
  private boolean isAbovePeaksBefore(Line line, double span) {
    double rise = least[STRETCHES - 1] - least[0];
    double peak = Math.max(most[STRETCHES - 1], most[STRETCHES - 2]) - rise / 2;
    for (int i = 0; i < line.size && -line.times[i] > span; i++) {
      if (line.most[i] > peak) {
        return false;
      }
    }
    return true;
  }

  /** What of its swings is still above where it is now. */
  private double swing(Line line, double slope) {
    int k = STRETCHES - 1;
    double floorNow = least[k] - slope * at[k];
    double above = Math.max(0, line.floor[line.end()] - floorNow);
    double height = Math.max(most[k] - least[k], most[k - 1] - least[k - 1]);
    double rising = slope * (at[k] - at[0]) / STRETCHES;
    return Math.max(0, height - rising - above);
  }

  private boolean stretch(Line line, double span) {
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    for (int i = line.end(); i >= 0 && -line.times[i] <= span; i--) {
      int k = (int) ((span + line.times[i]) / span * STRETCHES);
      k = Math.min(k, STRETCHES - 1);
      if (line.least[i] < least[k]) {
        least[k] = line.least[i];
        at[k] = line.times[i];
      }
      most[k] = Math.max(most[k], line.most[i]);
    }
    for (double found : least) {
      if (found == Double.POSITIVE_INFINITY) {
        return false;
      }
    }
    return true;
  }

  private boolean rises(double leastRise) {
    double rise = least[STRETCHES - 1] - least[0];
    double slope = rise / (at[STRETCHES - 1] - at[0]);
    for (int k = 0; k < STRETCHES; k++) {
      boolean higher = k == 0 || least[k] > least[k - 1];
      double miss = Math.abs(least[k] - least[0] - slope * (at[k] - at[0]));
      if (!higher || miss > TOLERANCE * rise) {
        return false;
      }
      heights[k] = most[k] - least[k];
    }
    Arrays.sort(heights);
    double height = heights[STRETCHES / 2];
    return rise >= leastRise
        && rise >= OF_THE_TEETH * height
        && height >= MORE_THAN_RISING * rise / STRETCHES;
  }
}
