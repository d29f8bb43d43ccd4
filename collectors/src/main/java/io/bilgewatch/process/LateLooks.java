package io.bilgewatch.process;

/**
 * Tasks to be looked at some time after their forks, if they live on as what they are: a ring in
 * the order of time, where the oldest make room.
 */
final class LateLooks {
  private final long delay;
  private final int[] tasks;
  private final long[] due;
  private int first;
  private int count;

  LateLooks(long delayNanos, int most) {
    delay = delayNanos;
    tasks = new int[most];
    due = new long[most];
  }

  void add(int task, long now) {
    if (count == tasks.length) {
      drop();
    }
    int last = (first + count++) % tasks.length;
    tasks[last] = task;
    due[last] = now + delay;
  }

  boolean isDue(long now) {
    return count > 0 && now - due[first] >= 0;
  }

  /** Nanoseconds until one is due; {@link Long#MAX_VALUE} where there is none. */
  long untilDue(long now) {
    return count == 0 ? Long.MAX_VALUE : Math.max(0, due[first] - now);
  }

  /** The task that is due first. */
  int next() {
    int task = tasks[first];
    drop();
    return task;
  }

  void clear() {
    count = 0;
  }

  private void drop() {
    first = (first + 1) % tasks.length;
    count--;
  }
}
