package io.bilgewatch.tracefs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which task came from which, when it moved to a container's cgroup and when it ended: what {@code
 * /proc} can't tell any more of a process that lived for a millisecond. Bounded; where records were
 * lost, what came before is forgotten, since a task's number may have been given anew meanwhile.
 */
final class TaskHistory {
  private static final int MOST_TASKS = 16 << 10;

  /** A parent of a parent, and so on: a shell in a shell in a container. */
  private static final int MOST_GENERATIONS = 16;

  /** Looks at a task that may be alive. */
  interface Live {
    /** Empty where it has gone. */
    Optional<LiveTask> of(int tid);
  }

  private record Forked(long nanos, int parent) {}

  private record Attached(long nanos, String containerId) {}

  private record Ended(long nanos, String comm) {}

  private final Map<Integer, Forked> forks = new Latest<>();
  private final Map<Integer, Attached> attaches = new Latest<>();
  private final Map<Integer, Ended> ends = new Latest<>();

  /** The last of each task, of the tasks that came last. */
  private static final class Latest<T> extends LinkedHashMap<Integer, T> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, T> eldest) {
      return size() > MOST_TASKS;
    }
  }

  void forked(long nanos, int parent, int child) {
    forks.merge(child, new Forked(nanos, parent), (a, b) -> a.nanos() > b.nanos() ? a : b);
  }

  void attached(long nanos, int tid, String containerId) {
    attaches.merge(tid, new Attached(nanos, containerId), (a, b) -> a.nanos() > b.nanos() ? a : b);
  }

  void ended(long nanos, int tid, String comm) {
    ends.merge(tid, new Ended(nanos, comm), (a, b) -> a.nanos() > b.nanos() ? a : b);
  }

  void completeSince(long nanos) {
    forks.values().removeIf(forked -> forked.nanos() < nanos);
    attaches.values().removeIf(attached -> attached.nanos() < nanos);
    ends.values().removeIf(ended -> ended.nanos() < nanos);
  }

  /** The name that a task ended with, where it ended after the time. */
  Optional<String> lastName(int tid, long nanos) {
    return Optional.ofNullable(ends.get(tid))
        .filter(ended -> ended.nanos() >= nanos)
        .map(Ended::comm);
  }

  /** Whether what is called by the number now may be another task than at the time. */
  boolean hasEndedSince(int tid, long nanos) {
    Ended ended = ends.get(tid);
    Forked forked = forks.get(tid);
    return (ended != null && ended.nanos() >= nanos) || (forked != null && forked.nanos() > nanos);
  }

  /**
   * The container that a task was in at a time; empty for the host, and where nothing says it for
   * certain.
   */
  Optional<String> containerOf(int tid, long nanos, Live live) {
    int task = tid;
    long at = nanos;
    for (int i = 0; i < MOST_GENERATIONS; i++) {
      Optional<LiveTask> now = stillTheSame(task, at) ? live.of(task) : Optional.empty();
      if (i == 0 && now.isPresent() && now.get().isRunning()) {
        return now.get().containerId();
      }
      Optional<String> found = attachedAt(task, at).or(() -> now.flatMap(LiveTask::containerId));
      Forked forked = forks.get(task);
      if (found.isPresent() || forked == null || forked.nanos() > at) {
        return found;
      }
      task = forked.parent();
      at = forked.nanos();
    }
    return Optional.empty();
  }

  /** A parent that moved after it forked says nothing about its child. */
  private boolean stillTheSame(int task, long at) {
    Attached attached = attaches.get(task);
    return !hasEndedSince(task, at) && (attached == null || attached.nanos() <= at);
  }

  private Optional<String> attachedAt(int task, long at) {
    Forked forked = forks.get(task);
    long born = forked != null && forked.nanos() <= at ? forked.nanos() : Long.MIN_VALUE;
    return Optional.ofNullable(attaches.get(task))
        .filter(attached -> attached.nanos() <= at && attached.nanos() >= born)
        .map(Attached::containerId);
  }
}
