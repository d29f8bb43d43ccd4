package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.GrowthFinder;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;

/** One thing's history, on three levels: seconds, the window, the long window. */
final class Series {
  final Level fine;
  final Level window;
  final Level longer;
  private long lastNanos;
  private boolean fed;
  private boolean changed = true;
  private Reading<Trend> trend = Reading.missing(Cause.PENDING, "not measured yet");

  Series(Resolution resolution) {
    fine = new Level(resolution.fineNanos());
    window = new Level(resolution.windowNanos());
    longer = new Level(resolution.longNanos());
  }

  /** Whether it counts: time does not stand or run backwards in a history. */
  boolean add(long atNanos, long bytes) {
    if (fed && atNanos - lastNanos <= 0) {
      return false;
    }
    fine.add(atNanos, bytes);
    window.add(atNanos, bytes);
    longer.add(atNanos, bytes);
    touch(atNanos);
    return true;
  }

  /** Something was put into a level. */
  void touch(long atNanos) {
    lastNanos = fed ? Math.max(lastNanos, atNanos) : atNanos;
    fed = true;
    changed = true;
  }

  long lastNanos() {
    return lastNanos;
  }

  /** A present answer holds until the next measurement or until it is too old for one. */
  Reading<Trend> trend(GrowthFinder finder, Points points, long nowNanos) {
    if (changed || !GrowthFinder.isFresh(nowNanos - lastNanos)) {
      points.clear();
      longer.addTo(points, window);
      window.addTo(points, fine);
      fine.addTo(points);
      trend = finder.find(points, nowNanos);
      changed = false;
    }
    return trend;
  }
}
