package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.GrowthFinder;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The histories of everything that may grow, a bounded number of them: one that was not fed for a
 * while makes room. One of full length takes 6.5 KiB, so that 2,500 take 16 MiB at most. Any thread
 * may call.
 *
 * <p>Times are of one monotonic clock, in nanoseconds.
 */
public final class Histories {
  static final int MOST_POINTS = 3 * Level.BUCKETS + 1;

  /** Longer than any two measurements of one thing are apart in the default configuration. */
  private static final Duration IN_USE = Duration.ofMinutes(15);

  private final Duration longWindow;
  private final int mostSeries;
  private final Resolution resolution;
  private final GrowthFinder finder;
  private final Points points = new Points(MOST_POINTS);

  /** Least recently fed first. */
  private final LinkedHashMap<SeriesKey, Series> series = new LinkedHashMap<>();

  /**
   * @param window what counts as lately
   * @param longWindow how far back anything is remembered
   * @param mostSeries how many histories there may be
   */
  public Histories(Duration window, Duration longWindow, int mostSeries) {
    if (mostSeries < 1) {
      throw new IllegalArgumentException("room for " + mostSeries + " series");
    }
    this.longWindow = longWindow;
    this.mostSeries = mostSeries;
    this.resolution = Resolution.of(window, longWindow);
    this.finder = new GrowthFinder(window, MOST_POINTS);
  }

  /**
   * A measurement; one that is not later than the last of its series is ignored. Where all that fit
   * are in use, one more is refused: if each took the room of another, none would ever know
   * anything. A file system is never refused; there are few of them.
   *
   * @return whether there was room for it
   */
  public synchronized boolean add(SeriesKey key, long monotonicNanos, long bytes) {
    forgetUnfed(monotonicNanos);
    Series known = series.get(key);
    if (known == null && series.size() >= mostSeries && !makeRoom(key, monotonicNanos)) {
      return false;
    }
    Series fed = known == null ? new Series(resolution) : known;
    fed.add(monotonicNanos, bytes);
    series.putLast(key, fed);
    return true;
  }

  private boolean makeRoom(SeriesKey key, long now) {
    long unfed = now - series.firstEntry().getValue().lastNanos();
    if (key.kind() == SeriesKey.Kind.FILESYSTEM || unfed > IN_USE.toNanos()) {
      series.pollFirstEntry();
      return true;
    }
    return false;
  }

  private void forgetUnfed(long now) {
    Iterator<Series> oldestFirst = series.values().iterator();
    while (oldestFirst.hasNext() && now - oldestFirst.next().lastNanos() > longWindow.toNanos()) {
      oldestFirst.remove();
    }
  }

  public synchronized Reading<Trend> trend(SeriesKey key, long nowNanos) {
    Series found = series.get(key);
    return found == null
        ? Reading.missing(Cause.PENDING, "not measured yet")
        : found.trend(finder, points, nowNanos);
  }

  public Reading<Growth> growth(SeriesKey key, long nowNanos) {
    return trend(key, nowNanos).map(Trend::growth);
  }

  public synchronized int size() {
    return series.size();
  }

  /** Forgets what is not the same thing any more: all that were last fed before a moment. */
  public synchronized void dropFedBefore(long nanos, Predicate<SeriesKey> which) {
    series.entrySet().removeIf(e -> e.getValue().lastNanos() - nanos < 0 && which.test(e.getKey()));
  }

  /** Least recently fed first. */
  synchronized List<SeriesKey> keys() {
    return List.copyOf(series.keySet());
  }

  /** A copy of a history to be shown, as fine as it is; empty where there is none. */
  public synchronized Optional<Points> points(SeriesKey key) {
    Series found = series.get(key);
    if (found == null) {
      return Optional.empty();
    }
    found.fill(points);
    return Optional.of(points.coarser(1));
  }

  /** A copy of a history for a file: seconds are put together, since none is needed after hours. */
  synchronized Optional<Points> copy(SeriesKey key) {
    Series found = series.get(key);
    if (found == null) {
      return Optional.empty();
    }
    found.fill(points);
    return Optional.of(points.coarser(resolution.windowNanos()));
  }

  /**
   * Puts back what a file had, where there is room and it is not known already.
   *
   * @param writtenNanos when the file was written; the times in it are before that
   */
  synchronized boolean restore(SeriesKey key, Points saved, long writtenNanos) {
    if (saved.size() == 0 || series.containsKey(key) || series.size() >= mostSeries) {
      return false;
    }
    Series restored = new Series(resolution);
    for (int i = 0; i < saved.size(); i++) {
      restored.add(writtenNanos + saved.nanos(i), saved.last(i), saved.least(i), saved.most(i));
    }
    series.putLast(key, restored);
    return true;
  }

  Duration longWindow() {
    return longWindow;
  }

  int mostSeries() {
    return mostSeries;
  }
}
