package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.GrowthFinder;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.Optional;

/** One thing's history, on three levels: seconds, the window, the long window. */
final class Series {
  private final Level fine;
  private final long longNanos;
  private long firstNanos;
  private long lastNanos;
  private boolean fed;
  private boolean changed = true;
  private Reading<Trend> trend = Reading.missing(Cause.PENDING, "not measured yet");

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
    firstNanos = fed ? firstNanos : atNanos;
    lastNanos = atNanos;
    fed = true;
    changed = true;
  }

  long lastNanos() {
    return lastNanos;
  }

  /** A present answer holds until the next measurement or until it is too old for one. */
  Reading<Trend> trend(GrowthFinder finder, Points points, long nowNanos) {
    if (changed || !GrowthFinder.isFresh(nowNanos - lastNanos)) {
      fill(points);
      trend = finder.find(points, nowNanos);
      changed = false;
    }
    return trend;
  }

  void fill(Points points) {
    points.clear();
    long reach = lastNanos - Level.BUCKETS * longNanos;
    fine.addTo(points, firstNanos - reach < 0 ? reach : firstNanos);
  }
}
