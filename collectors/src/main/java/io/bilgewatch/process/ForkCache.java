package io.bilgewatch.process;

import io.bilgewatch.process.TaskEvent.Exec;
import io.bilgewatch.process.TaskEvent.Exit;
import io.bilgewatch.process.TaskEvent.Fork;
import java.time.Duration;

/**
 * Whose each task is or was, also of one that lived a millisecond and has gone: a child is its
 * parent's container's, and stays known for five seconds after its end. Nothing here looks at
 * {@code /proc}; who does tells it what was seen.
 *
 * <p>Only a container is inherited. A child of the host's may be on its way into a container, as
 * the runtime's are, which also need not come by a fork of their own (CLONE_INTO_CGROUP) nor have
 * their maker as their parent (CLONE_PARENT); so of such a child nothing is known until it was
 * looked at, and the time for that is its exec. A container's process has no such way out of it.
 *
 * <p>Bounded: the tasks that ended first make room; where all that fit are alive, what comes more
 * is not known. Times are CLOCK_MONOTONIC's. Not for several threads.
 */
public final class ForkCache {
  private static final ProcessOwner NEVER_SEEN = new ProcessOwner.Unknown("its fork was not seen");
  private static final ProcessOwner OTHER =
      new ProcessOwner.Unknown("the process number was another one's at that time");
  private static final ProcessOwner NOT_LOOKED_AT =
      new ProcessOwner.Unknown("made by the host and not looked at while it lived");

  /** How long the log may take to tell of what a task did. */
  static final Duration KEPT = Duration.ofSeconds(5);

  /** Events of two processors may be queued in another order than their times. */
  private static final long DISORDER = 10_000_000;

  private static final int BITS = 16;
  private static final int FIRST_ENDED = 512;

  private final TaskTable table;

  /** The ended tasks in the order of their ends: a ring, which grows with the table. */
  private int[] ended;

  private long[] endedAt;
  private int first;
  private int count;
  private long refused;

  /** For 49,152 tasks at most, in 2.5 MB; the few hundred of a usual host take 50 KB. */
  public ForkCache() {
    this(BITS);
  }

  ForkCache(int bits) {
    table = new TaskTable(bits);
    ended = new int[Math.min(FIRST_ENDED, table.most())];
    endedAt = new long[ended.length];
  }

  /** How many tasks are known. */
  public int size() {
    return table.size();
  }

  /** How many tasks found no room. */
  public long refused() {
    return refused;
  }

  /**
   * Whose the task was that had the number at a time.
   *
   * @param nanos may be early by the log's coarse clock
   */
  public ProcessOwner owner(int task, long nanos) {
    int row = table.find(task);
    if (row == TaskTable.NONE) {
      return NEVER_SEEN;
    }
    long tolerance = ContainerOfProcess.TOLERANCE.toNanos();
    boolean later = table.since(row) - nanos > tolerance;
    boolean before = table.isEnded(row) && nanos - table.ended(row) > tolerance;
    return later || before ? OTHER : table.owner(row);
  }

  /** Whether a task is a container's by what is known, so that a look would only confirm it. */
  public boolean isOfContainer(int task) {
    int row = table.find(task);
    return row != TaskTable.NONE && table.owner(row) instanceof ProcessOwner.OfContainer;
  }

  /** Whether it is a child of the host's of which nothing was found out yet, and alive. */
  boolean isNotLookedAt(int task) {
    int row = table.find(task);
    return row != TaskTable.NONE && !table.isEnded(row) && table.owner(row).equals(NOT_LOOKED_AT);
  }

  /** A task comes. */
  public void forked(Fork fork) {
    ProcessOwner owner = inherited(fork);
    int row = table.find(fork.task());
    if (row == TaskTable.NONE) {
      add(fork.task(), owner, fork.nanos());
    } else if (table.isEnded(row) || table.since(row) - fork.nanos() < 0) {
      table.renew(row, owner, fork.nanos());
    }
    // Otherwise it was looked at since: that knows more.
  }

  private ProcessOwner inherited(Fork fork) {
    if (fork.isThread()) {
      return ownerWhen(fork.process(), fork.nanos());
    }
    ProcessOwner parent = ownerWhen(fork.parentTask(), fork.nanos());
    if (parent.equals(NEVER_SEEN)) {
      parent = ownerWhen(fork.parentProcess(), fork.nanos());
    }
    return parent instanceof ProcessOwner.OfContainer ? parent : NOT_LOOKED_AT;
  }

  private ProcessOwner ownerWhen(int task, long nanos) {
    int row = table.find(task);
    if (row == TaskTable.NONE) {
      return NEVER_SEEN;
    }
    boolean gone = table.isEnded(row) && nanos - table.ended(row) > DISORDER;
    return gone ? NEVER_SEEN : table.owner(row);
  }

  /**
   * A task was looked at. What could not be found out changes nothing.
   *
   * @param nanos not after the look
   */
  public void looked(int task, ProcessOwner owner, long nanos) {
    int row = table.find(task);
    if (row == TaskTable.NONE) {
      add(task, owner, nanos);
    } else if (!table.isEnded(row)
        && !(owner instanceof ProcessOwner.Unknown)
        && !owner.equals(table.owner(row))) {
      table.owner(row, owner);
    }
  }

  /** A task ends. */
  public void exited(Exit exit) {
    int row = table.find(exit.task());
    if (row != TaskTable.NONE
        && !table.isEnded(row)
        && table.since(row) - exit.nanos() <= DISORDER) {
      if (count == table.most()) {
        forgetFirst();
        // Which may have moved it.
        row = table.find(exit.task());
      } else if (count == ended.length) {
        growRing();
      }
      table.end(row, exit.nanos());
      int last = (first + count++) % ended.length;
      ended[last] = exit.task();
      endedAt[last] = exit.nanos();
    }
  }

  /**
   * A process becomes another program. Where a thread of it asked for that, the first thread ended
   * before, and the other one has its number from now on: the process lives.
   */
  public void executed(Exec exec) {
    int row = table.find(exec.process());
    if (row != TaskTable.NONE) {
      table.revive(row);
    }
  }

  /** Forgets who ended long enough ago. */
  public void forget(long now) {
    while (count > 0 && now - endedAt[first] > KEPT.toNanos()) {
      forgetFirst();
    }
  }

  private void growRing() {
    int[] olderTasks = ended;
    long[] olderTimes = endedAt;
    int length = olderTasks.length;
    ended = new int[Math.min(2 * length, table.most())];
    endedAt = new long[ended.length];
    System.arraycopy(olderTasks, first, ended, 0, length - first);
    System.arraycopy(olderTasks, 0, ended, length - first, first);
    System.arraycopy(olderTimes, first, endedAt, 0, length - first);
    System.arraycopy(olderTimes, 0, endedAt, length - first, first);
    first = 0;
  }

  private void forgetFirst() {
    int row = table.find(ended[first]);
    // The number may be another task's by now.
    if (row != TaskTable.NONE && table.isEnded(row) && table.ended(row) == endedAt[first]) {
      table.remove(row);
    }
    first = (first + 1) % ended.length;
    count--;
  }

  private void add(int task, ProcessOwner owner, long nanos) {
    while (table.isFull() && count > 0) {
      forgetFirst();
    }
    if (table.isFull() || task <= 0) {
      refused++;
    } else {
      table.add(task, owner, nanos);
    }
  }

  /** Knows nothing any more, as where events were lost: a number may be another task's since. */
  public void clear() {
    table.clear();
    first = 0;
    count = 0;
  }
}
