package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.GrowthFinder;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.kernel.Reading;
import java.util.Optional;

/** One thing's history, on three levels: seconds, the window, the long window. */
final class Series {
  private static final long SECOND = 1_000_000_000L;
  private static final long EVEN_PAUSE = 3 * SECOND;
  private static final long EVEN_ENOUGH = 16 * SECOND;

  private final Level fine;
  private final long longNanos;
  private long firstNanos;
  private long lastNanos;
  private long lastValue;
  private boolean fed;

  /** Of everything that the points can hold, and perhaps of more. */
  private long lowest;

  private long highest;

  /** Since when it is fed without a pause that could be one. */
  private long evenNanos;

  private boolean changed = true;
  private boolean flat;
  private GrowthFinder.Judged judged;
  private Reading<Trend> flatAnswer;

  Series(Resolution resolution) {
    longNanos = resolution.longNanos();
    Level longer = new Level(resolution.longNanos(), Optional.empty());
    Level window = new Level(resolution.windowNanos(), Optional.of(longer));
    fine = new Level(resolution.fineNanos(), Optional.of(window));
  }

  /** Ignored unless later than the last: time does not stand or run backwards in a history. */
  void add(long atNanos, long bytes) {
    add(atNanos, bytes, bytes, bytes);
  }

  /** What was measured over a stretch of time that ends then. */
  void add(long atNanos, long lastBytes, long leastBytes, long mostBytes) {
    if (fed && atNanos - lastNanos <= 0) {
      return;
    }
    fine.add(atNanos, lastBytes, leastBytes, mostBytes);
    lowest = fed ? Math.min(lowest, leastBytes) : leastBytes;
    highest = fed ? Math.max(highest, mostBytes) : mostBytes;
    evenNanos = fed && atNanos - lastNanos <= EVEN_PAUSE ? evenNanos : atNanos;
    firstNanos = fed ? firstNanos : atNanos;
    lastNanos = atNanos;
    lastValue = lastBytes;
    fed = true;
    changed = true;
  }

  long lastNanos() {
    return lastNanos;
  }

  /** An answer holds until the next measurement or until it is too old for one. */
  Reading<Trend> trend(GrowthFinder finder, Points points, long nowNanos) {
    if (changed) {
      changed = false;
      flat = isEvidentlyFlat();
      flatAnswer = flat ? GrowthFinder.flat(lastNanos - fine.firstNanos(beginNanos())) : null;
      judged = null;
    }
    if (flat && GrowthFinder.isFresh(nowNanos - lastNanos)) {
      return flatAnswer;
    }
    if (judged == null) {
      judge(finder, points);
    }
    return judged.at(nowNanos - lastNanos);
  }

  private void judge(GrowthFinder finder, Points points) {
    fill(points);
    lowest = points.lowest();
    highest = points.highest();
    judged = finder.judge(points);
  }

  /**
   * Most things that are watched hold what they held: that is seen without a look at all points.
   * Fed at least every three seconds for sixteen, the last four points are less than the five
   * seconds apart that a gap begins with, so that nothing but the range decides.
   */
  private boolean isEvidentlyFlat() {
    return lastNanos - evenNanos >= EVEN_ENOUGH && GrowthFinder.isFlat(lowest, highest, lastValue);
  }

  void fill(Points points) {
    points.clear();
    fine.addTo(points, beginNanos());
  }

  private long beginNanos() {
    long reach = lastNanos - Level.BUCKETS * longNanos;
    return firstNanos - reach < 0 ? reach : firstNanos;
  }
}
