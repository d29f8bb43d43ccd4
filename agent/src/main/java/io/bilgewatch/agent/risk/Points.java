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

  public int capacity() {
    return nanos.length;
  }
}
