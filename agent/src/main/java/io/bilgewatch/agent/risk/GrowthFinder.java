package io.bilgewatch.agent.risk;

import io.bilgewatch.agent.risk.Growth.Shape;
import io.bilgewatch.agent.risk.Leaks.Leak;
import io.bilgewatch.agent.risk.Runs.Run;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Says of a history how the thing grows. The answer depends on the points and the time given and on
 * nothing else; what is kept between calls is only room to work in, so one finder serves one
 * thread.
 */
public final class GrowthFinder {
  private static final int FEWEST_POINTS = 4;
  private static final double SHORTEST_SECONDS = 4;

  /** Some pages more or less are nothing, and neither is one ten-thousandth of what is there. */
  private static final double LEAST_RISE = 128 << 10;

  private static final double LEAST_PART = 1e-4;

  /** A tooth, a burst or a step is at least this part of what is there. */
  private static final double NOTABLE_PART = 0.02;

  /** A saw's teeth fall for less. */
  private static final double LEAST_FALL_SECONDS = 20;

  /** Growth by less than this part of what is there, within the window, is a leak. */
  private static final double LEAKING_PART = 0.1;

  /** Recent growth this much faster than the growth over long is told instead of it. */
  private static final double FASTER = 2;

  private static final double RECENT_SECONDS = 64;
  private static final int RHYTHM_POINTS = 16;
  private static final double SECONDS = 1e-9;

  /** No rhythm is so fast that a measurement of this age is an old one. */
  private static final double FRESH_SECONDS = 10;

  private final double window;
  private final Line line;
  private final Line mirrored;
  private final Runs runs = new Runs();
  private final Leaks leaks = new Leaks();
  private final double[] intervals = new double[RHYTHM_POINTS];

  /** What the points say of themselves. */
  private double rhythm;

  private double longestPause;
  private int gap;

  /**
   * @param window what counts as lately
   * @param capacity how many points a history has at most
   */
  public GrowthFinder(Duration window, int capacity) {
    this.window = window.toNanos() * SECONDS;
    this.line = new Line(capacity);
    this.mirrored = new Line(capacity);
  }

  /**
   * What the points say, however old the last of them is when somebody asks.
   *
   * @param oldSeconds from this age on nothing is said
   */
  public record Judged(Reading<Trend> answer, double oldSeconds) {
    /** As of a time that is so long after the last measurement. */
    public Reading<Trend> at(long ageNanos) {
      double age = ageNanos * SECONDS;
      return age > oldSeconds ? pending("not measured for %.0f s".formatted(age)) : answer;
    }
  }

  /** How it grows as of now; missing where the points don't tell. */
  public Reading<Trend> find(Points points, long nowNanos) {
    Judged judged = judge(points);
    return points.size() == 0
        ? judged.answer()
        : judged.at(nowNanos - points.nanos[points.size() - 1]);
  }

  /** How it grows. */
  public Judged judge(Points points) {
    if (points.size() < FEWEST_POINTS) {
      return always("measured %d times, %d are needed".formatted(points.size(), FEWEST_POINTS));
    }
    line.of(points, false);
    if (line.seconds(0) < SHORTEST_SECONDS) {
      return always("known for %.0f s only".formatted(line.seconds(0)));
    }
    learnRhythm();
    double old = Math.max(FRESH_SECONDS, Math.max(5 * rhythm, 2 * longestPause));
    return new Judged(
        line.size - gap < FEWEST_POINTS
            ? pending("measured %d times since a gap".formatted(line.size - gap))
            : Reading.of(trend(points)),
        old);
  }

  private static Judged always(String why) {
    return new Judged(pending(why), Double.POSITIVE_INFINITY);
  }

  /**
   * Whether all that lies between these bounds, and ends with that value, is flat: then nothing
   * else about it matters.
   */
  public static boolean isFlat(long least, long most, long last) {
    return (double) most - (double) least < leastRise(last);
  }

  /** What is said of a thing that is flat, and known for so long. */
  public static Reading<Trend> flat(long knownNanos) {
    // By the way of all times of a line, so that both are one figure.
    return Reading.of(trend(Shape.FLAT, 0, -(-knownNanos * SECONDS)));
  }

  private static double leastRise(long last) {
    return Math.max(LEAST_RISE, LEAST_PART * Math.abs(last));
  }

  /** Whether the last measurement of this age is recent, whatever rhythm it came in. */
  public static boolean isFresh(long ageNanos) {
    return ageNanos * SECONDS <= FRESH_SECONDS;
  }

  private static Reading<Trend> pending(String why) {
    return Reading.missing(Cause.PENDING, why);
  }

  /** The median of the last intervals; and where the last one began that is far longer. */
  private void learnRhythm() {
    int count = Math.min(RHYTHM_POINTS, line.end());
    for (int i = 0; i < count; i++) {
      intervals[i] = line.times[line.end() - i] - line.times[line.end() - i - 1];
    }
    Arrays.sort(intervals, 0, count);
    rhythm = intervals[count / 2];
    gap = line.end();
    while (gap > 0 && !isGap(gap)) {
      gap--;
    }
    longestPause = 0;
    for (int i = Math.max(gap, line.end() - RHYTHM_POINTS) + 1; i < line.size; i++) {
      longestPause = Math.max(longestPause, line.times[i] - line.times[i - 1]);
    }
  }

  private boolean isGap(int point) {
    double pause = line.times[point] - line.times[point - 1];
    return pause > 5 * Math.max(rhythm, line.widths[point - 1]);
  }

  private Trend trend(Points points) {
    int end = points.size() - 1;
    long now = points.last[end];
    double leastRise = leastRise(now);
    if (range(0) < leastRise) {
      return trend(Shape.FLAT, 0, line.seconds(0));
    }
    Optional<Run> run = run(leastRise);
    if (run.isPresent()) {
      return trend(run.get(), now);
    }
    Optional<Leak> leak = leaks.find(line, leastRise);
    if (leak.isPresent()) {
      Growth growth = growth(Shape.LEAK, leak.get().slope(), leak.get().seconds());
      return new Trend(growth, (long) leak.get().swing());
    }
    mirrored.of(points, true);
    return runs.find(mirrored, recent(window), gap, rhythm, leastRise, false)
        .filter(fall -> fall.seconds() >= LEAST_FALL_SECONDS)
        .map(fall -> trend(Shape.SHRINKING, -fall.slope(), fall.seconds()))
        .orElseGet(() -> standing(Math.max(leastRise, NOTABLE_PART * Math.abs(now))));
  }

  private Trend trend(Run run, long now) {
    boolean slow = run.slope() * window < LEAKING_PART * Math.abs(now);
    Shape shape = slow ? Shape.LEAK : Shape.GROWING;
    return new Trend(growth(shape, run.slope(), run.seconds()), (long) run.swing());
  }

  /** The growth over long, unless what it does lately is much faster. */
  private Optional<Run> run(double leastRise) {
    Optional<Run> known = runs.find(line, 0, gap, rhythm, leastRise, true);
    for (double span : new double[] {window, RECENT_SECONDS}) {
      int from = recent(span);
      if (from > known.map(Run::start).orElse(0)) {
        double slower = known.map(run -> FASTER * run.slope()).orElse(0.0);
        double beyondNoise = Math.max(leastRise, known.map(run -> 2 * run.noise()).orElse(0.0));
        Optional<Run> faster =
            runs.find(line, from, gap, rhythm, beyondNoise, true)
                .filter(recent -> recent.slope() > slower);
        known = faster.isPresent() ? faster : known;
      }
    }
    return known;
  }

  /** The first point of the last so many seconds. */
  private int recent(double span) {
    int from = line.end();
    while (from > 0 && line.seconds(from - 1) <= span) {
      from--;
    }
    return from;
  }

  private double range(int from) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = from; i < line.size; i++) {
      least = Math.min(least, line.least[i]);
      most = Math.max(most, line.most[i]);
    }
    return most - least;
  }

  /** What does not grow: a saw, a burst that is over, or nothing. */
  private Trend standing(double notable) {
    double peak = Double.NEGATIVE_INFINITY;
    double trough = Double.POSITIVE_INFINITY;
    for (int i = 0; i < line.size; i++) {
      if (peak - line.least[i] >= notable) {
        trough = Math.min(trough, line.least[i]);
      }
      if (line.most[i] - trough >= notable) {
        return trend(Shape.SAWTOOTH, 0, line.seconds(0));
      }
      peak = Math.max(peak, line.most[i]);
    }
    int from = recent(window);
    if (line.rise(from) >= notable) {
      int reached = line.firstAbove(line.floor[line.end()] - notable / 2, from);
      return trend(Shape.BURST, 0, line.seconds(reached));
    }
    return trend(Shape.FLAT, 0, line.seconds(from));
  }

  private static Trend trend(Shape shape, double slope, double seconds) {
    return new Trend(growth(shape, slope, seconds), 0);
  }

  private static Growth growth(Shape shape, double slope, double seconds) {
    return new Growth(shape, slope, Duration.ofNanos((long) (seconds / SECONDS)));
  }
}
