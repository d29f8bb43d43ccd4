package io.bilgewatch.agent.history;

import io.bilgewatch.agent.risk.Points;
import java.util.Arrays;

/** Buckets of equal width, the oldest of which make room for new ones. */
final class Level {
  static final int BUCKETS = 64;
  private static final int FIRST_BUCKETS = 8;

  private final long widthNanos;
  private long[] nanos = new long[FIRST_BUCKETS];
  private long[] last = new long[FIRST_BUCKETS];
  private long[] least = new long[FIRST_BUCKETS];
  private long[] most = new long[FIRST_BUCKETS];
  private int first;
  private int size;

  Level(long widthNanos) {
    this.widthNanos = widthNanos;
  }

  /** A later measurement than all before. */
  void add(long atNanos, long bytes) {
    merge(atNanos, bytes, bytes, bytes);
  }

  /** A later bucket, or one that goes into the last. */
  void merge(long atNanos, long lastBytes, long leastBytes, long mostBytes) {
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

  int size() {
    return size;
  }

  long nanos(int position) {
    return nanos[index(position)];
  }

  long last(int position) {
    return last[index(position)];
  }

  long least(int position) {
    return least[index(position)];
  }

  long most(int position) {
    return most[index(position)];
  }

  /** Adds what is before the first bucket of a finer level; all where that is empty. */
  void addTo(Points points, Level finer) {
    for (int i = 0; i < size; i++) {
      if (finer.size == 0 || nanos(i) - finer.nanos(0) < 0) {
        points.add(nanos(i), last(i), least(i), most(i), widthNanos);
      } else {
        addPart(points, i, finer);
        return;
      }
    }
  }

  /** The bucket that both know: its part before the finer ones ended about where they begin. */
  private void addPart(Points points, int i, Level finer) {
    boolean older = least(i) != finer.leastUntil(nanos(i)) || most(i) != finer.mostUntil(nanos(i));
    if (older) {
      long value = finer.last(0);
      points.add(
          finer.nanos(0) - 1,
          value,
          Math.min(value, least(i)),
          Math.max(value, most(i)),
          widthNanos);
    }
  }

  private long leastUntil(long time) {
    long found = Long.MAX_VALUE;
    for (int i = 0; i < size && nanos(i) - time <= 0; i++) {
      found = Math.min(found, least(i));
    }
    return found;
  }

  private long mostUntil(long time) {
    long found = Long.MIN_VALUE;
    for (int i = 0; i < size && nanos(i) - time <= 0; i++) {
      found = Math.max(found, most(i));
    }
    return found;
  }

  void addTo(Points points) {
    for (int i = 0; i < size; i++) {
      points.add(nanos(i), last(i), least(i), most(i), widthNanos);
    }
  }
}
