package io.bilgewatch.process;

import java.util.Arrays;
import java.util.Objects;

/**
 * Tasks by their numbers, with whose they are, since when and until when: a hash table of primitive
 * arrays with linear probing, that grows as it fills up to a bound. A row is an index that is good
 * until the next change.
 */
final class TaskTable {
  static final int NONE = -1;
  private static final int SPREAD = 0x9e3779b9;

  private static final int FIRST_BITS = 10;

  private final int mostBits;
  private int bits;
  private int mask;
  private int size;

  /** 0 where the row is free: no task has the number. */
  private int[] tasks;

  private ProcessOwner[] owners;
  private long[] since;
  private long[] ended;

  /**
   * @param mostBits it grows to two to this many rows, of which three quarters are used at most
   */
  TaskTable(int mostBits) {
    this.mostBits = mostBits;
    allocate(Math.min(FIRST_BITS, mostBits));
  }

  private void allocate(int newBits) {
    bits = newBits;
    mask = (1 << newBits) - 1;
    tasks = new int[mask + 1];
    owners = new ProcessOwner[mask + 1];
    since = new long[mask + 1];
    ended = new long[mask + 1];
  }

  private static int usable(int bits) {
    return (1 << bits) * 3 / 4;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == most();
  }

  int most() {
    return usable(mostBits);
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
    if (size == usable(bits)) {
      grow();
    }
    int row = place(task);
    size++;
    renew(row, owner, nanos);
  }

  private int place(int task) {
    int row = home(task);
    while (tasks[row] != 0) {
      row = (row + 1) & mask;
    }
    tasks[row] = task;
    return row;
  }

  private void grow() {
    int[] oldTasks = tasks;
    ProcessOwner[] oldOwners = owners;
    long[] oldSince = since;
    long[] oldEnded = ended;
    allocate(bits + 1);
    for (int old = 0; old < oldTasks.length; old++) {
      if (oldTasks[old] != 0) {
        int row = place(oldTasks[old]);
        owners[row] = oldOwners[old];
        since[row] = oldSince[old];
        ended[row] = oldEnded[old];
      }
    }
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
    return (task * SPREAD) >>> (Integer.SIZE - bits);
  }
}
