package io.bilgewatch.process;

import java.util.Arrays;
import java.util.Objects;

/**
 * Tasks by their numbers, with whose they are, since when and until when: a hash table of primitive
 * arrays with linear probing, that never grows. A row is an index that is good until the next
 * change.
 */
final class TaskTable {
  static final int NONE = -1;
  private static final int SPREAD = 0x9e3779b9;

  private final int shift;
  private final int mask;
  private final int most;
  private int size;

  /** 0 where the row is free: no task has the number. */
  private final int[] tasks;

  private final ProcessOwner[] owners;
  private final long[] since;
  private final long[] ended;

  /**
   * @param bits two to this many rows, of which three quarters are used at most
   */
  TaskTable(int bits) {
    shift = Integer.SIZE - bits;
    mask = (1 << bits) - 1;
    most = (1 << bits) * 3 / 4;
    tasks = new int[mask + 1];
    owners = new ProcessOwner[mask + 1];
    since = new long[mask + 1];
    ended = new long[mask + 1];
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == most;
  }

  int most() {
    return most;
  }

  int find(int task) {
    for (int row = home(task); tasks[row] != 0; row = (row + 1) & mask) {
      if (tasks[row] == task) {
        return row;
      }
    }
    return NONE;
  }

  /** Where the task is not in the table, which is not full. */
  void add(int task, ProcessOwner owner, long nanos) {
    if (task <= 0 || isFull()) {
      throw new IllegalStateException("task " + task + " as number " + size);
    }
    int row = home(task);
    while (tasks[row] != 0) {
      row = (row + 1) & mask;
    }
    tasks[row] = task;
    size++;
    renew(row, owner, nanos);
  }

  /** The number is another task's from now on. */
  void renew(int row, ProcessOwner owner, long nanos) {
    owners[row] = Objects.requireNonNull(owner, "owner");
    since[row] = nanos;
    ended[row] = 0;
  }

  ProcessOwner owner(int row) {
    return owners[row];
  }

  void owner(int row, ProcessOwner owner) {
    owners[row] = owner;
  }

  long since(int row) {
    return since[row];
  }

  boolean isEnded(int row) {
    return ended[row] != 0;
  }

  long ended(int row) {
    return ended[row];
  }

  void end(int row, long nanos) {
    ended[row] = nanos;
  }

  void revive(int row) {
    ended[row] = 0;
  }

  /** Moves up what was displaced by the row, so that probing still finds it. */
  void remove(int row) {
    int free = row;
    for (int next = (row + 1) & mask; tasks[next] != 0; next = (next + 1) & mask) {
      int distance = (next - home(tasks[next])) & mask;
      if (distance >= ((next - free) & mask)) {
        tasks[free] = tasks[next];
        owners[free] = owners[next];
        since[free] = since[next];
        ended[free] = ended[next];
        free = next;
      }
    }
    tasks[free] = 0;
    owners[free] = null;
    size--;
  }

  void clear() {
    Arrays.fill(tasks, 0);
    Arrays.fill(owners, null);
    size = 0;
  }

  private int home(int task) {
    return (task * SPREAD) >>> shift;
  }
}
