package io.bilgewatch.agent.risk;

/**
 * What was measured of one thing, oldest first; coarser the longer ago. Made to be filled again and
 * again, so that a look at some hundred histories allocates nothing.
 */
public final class Points {
  long[] nanos;
  long[] last;
  long[] least;
  long[] most;
  long[] widths;
  private int size;

  public Points(int capacity) {
    nanos = new long[capacity];
    last = new long[capacity];
    least = new long[capacity];
    most = new long[capacity];
    widths = new long[capacity];
  }

  public void clear() {
    size = 0;
  }

  /**
   * @param atNanos of the last measurement of this stretch of time; later than the point before
   * @param lastBytes the last measured
   * @param leastBytes the least measured in it
   * @param mostBytes the most measured in it
   * @param widthNanos how long the stretch may be
   */
  public void add(long atNanos, long lastBytes, long leastBytes, long mostBytes, long widthNanos) {
    if (leastBytes > lastBytes || lastBytes > mostBytes) {
      throw new IllegalArgumentException(leastBytes + ", " + lastBytes + ", " + mostBytes);
    }
    if (size > 0 && atNanos - nanos[size - 1] <= 0) {
      throw new IllegalArgumentException("time stands or runs backwards");
    }
    nanos[size] = atNanos;
    last[size] = lastBytes;
    least[size] = leastBytes;
    most[size] = mostBytes;
    widths[size] = widthNanos;
    size++;
  }

  public int size() {
    return size;
  }

  public long nanos(int point) {
    return nanos[point];
  }

  public long last(int point) {
    return last[point];
  }

  public long least(int point) {
    return least[point];
  }

  public long most(int point) {
    return most[point];
  }

  /** The least that was measured at all; there is a point. */
  public long lowest() {
    long lowest = least[0];
    for (int i = 1; i < size; i++) {
      lowest = Math.min(lowest, least[i]);
    }
    return lowest;
  }

  /** The most that was measured at all; there is a point. */
  public long highest() {
    long highest = most[0];
    for (int i = 1; i < size; i++) {
      highest = Math.max(highest, most[i]);
    }
    return highest;
  }

  /** The same with points of one stretch of that width put together. */
  public Points coarser(long widthNanos) {
    Points coarser = new Points(size);
    int from = 0;
    for (int i = 1; i <= size; i++) {
      if (i == size || stretch(i, widthNanos) != stretch(from, widthNanos)) {
        coarser.addAll(this, from, i);
        from = i;
      }
    }
    return coarser;
  }

  private long stretch(int point, long widthNanos) {
    return Math.floorDiv(nanos[point], widthNanos);
  }

  private void addAll(Points others, int from, int to) {
    long lowest = others.least[from];
    long highest = others.most[from];
    for (int i = from + 1; i < to; i++) {
      lowest = Math.min(lowest, others.least[i]);
      highest = Math.max(highest, others.most[i]);
    }
    add(others.nanos[to - 1], others.last[to - 1], lowest, highest, others.widths[to - 1]);
  }
}
