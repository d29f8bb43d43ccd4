package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.Points;
import java.util.Arrays;
import java.util.Optional;

/**
 * Buckets of equal width, one after another in time. What is too old for this level, or has no room
 * in it, goes on to the coarser one.
 */
final class Level {
  static final int BUCKETS = 64;
  private static final int FIRST_BUCKETS = 8;

  private final long widthNanos;
  private final Optional<Level> coarser;
  private long[] nanos = new long[FIRST_BUCKETS];
  private long[] last = new long[FIRST_BUCKETS];
  private long[] least = new long[FIRST_BUCKETS];
  private long[] most = new long[FIRST_BUCKETS];
  private int first;
  private int size;

  Level(long widthNanos, Optional<Level> coarser) {
    this.widthNanos = widthNanos;
    this.coarser = coarser;
  }

  /** A bucket that is later than all before, or becomes a part of the last. */
  void add(long atNanos, long lastBytes, long leastBytes, long mostBytes) {
    forgetBefore(atNanos - BUCKETS * widthNanos);
    int newest = index(size - 1);
    if (size > 0 && bucket(nanos[newest]) == bucket(atNanos)) {
      nanos[newest] = atNanos;
      last[newest] = lastBytes;
      least[newest] = Math.min(least[newest], leastBytes);
      most[newest] = Math.max(most[newest], mostBytes);
      return;
    }
    if (size == nanos.length) {
      makeRoom();
    }
    int next = index(size);
    nanos[next] = atNanos;
    last[next] = lastBytes;
    least[next] = leastBytes;
    most[next] = mostBytes;
    size++;
  }

  private long bucket(long atNanos) {
    return Math.floorDiv(atNanos, widthNanos);
  }

  private int index(int position) {
    return Math.floorMod(first + position, nanos.length);
  }

  private void forgetBefore(long time) {
    while (size > 0 && nanos[first] - time < 0) {
      dropOldest();
    }
  }

  private void dropOldest() {
    coarser.ifPresent(level -> level.add(nanos[first], last[first], least[first], most[first]));
    first = index(1);
    size--;
  }

  private void makeRoom() {
    if (size == BUCKETS) {
      dropOldest();
      return;
    }
    int larger = Math.min(BUCKETS, 2 * size);
    nanos = grown(nanos, larger);
    last = grown(last, larger);
    least = grown(least, larger);
    most = grown(most, larger);
    first = 0;
  }

  private long[] grown(long[] old, int larger) {
    long[] rotated = Arrays.copyOf(old, larger);
    System.arraycopy(old, first, rotated, 0, size - first);
    System.arraycopy(old, 0, rotated, size - first, first);
    return rotated;
  }

  /** When the first of the points begins that {@link #addTo} adds; something was measured. */
  long firstNanos(long beginNanos) {
    if (coarser.isPresent() && !coarser.get().isEmpty()) {
      return coarser.get().firstNanos(beginNanos);
    }
    return beginNanos - nanos[first] < 0 ? beginNanos : nanos[first];
  }

  private boolean isEmpty() {
    return size == 0 && coarser.map(Level::isEmpty).orElse(true);
  }

  /**
   * Adds what is coarser first: it is older.
   *
   * @param beginNanos of the first measurement; the oldest bucket only tells of its last
   */
  void addTo(Points points, long beginNanos) {
    coarser.ifPresent(level -> level.addTo(points, beginNanos));
    if (size > 0 && points.size() == 0 && beginNanos - nanos[first] < 0) {
      points.add(beginNanos, least[first], least[first], least[first], widthNanos);
    }
    for (int i = 0; i < size; i++) {
      int at = index(i);
      points.add(nanos[at], last[at], least[at], most[at], widthNanos);
    }
  }
}
