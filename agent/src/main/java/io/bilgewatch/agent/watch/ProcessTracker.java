package io.bilgewatch.agent.watch;

import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what changes seldom about each running container's process, and reads it anew when the
 * process is another, when it is old, or when something says that it is wrong. What is the same
 * when it is read anew stays the very same object.
 */
final class ProcessTracker {
  /** Those whose time is near are read with one whose time has come, up to so many. */
  private static final int TOGETHER = 64;

  /** Intervals between two readings. */
  private static final int SETTLED = 3;

  private static final int SETTLED_WITHOUT_MOUNTING = 6;

  /** Of a container without a process. */
  static final Reading<ProcessFacts> NOT_RUNNING =
      Reading.notApplicable("the container does not run");

  private final CollectorRun<ProcessReader.Asked, ProcessFacts> collector;
  private final RunningProcess.Maker maker;
  private final long intervalNanos;
  private final Map<String, Known> known = new HashMap<>();
  private volatile Map<String, Reading<ProcessFacts>> facts = Map.of();
  private Map<String, RunningProcess> running = Map.of();
  private List<Container> lastRead = List.of();
  private long nextDueNanos;

  private record Known(
      Reading<ProcessFacts> facts,
      Optional<RunningProcess> running,
      ProcessMemo memo,
      int pid,
      long atNanos) {
    long dueNanos(long intervalNanos) {
      return atNanos + intervals() * intervalNanos;
    }

    /**
     * A process that has settled is read more seldom, if it could be; most seldom where nothing
     * inside can change what is mounted there, but only the host.
     */
    private int intervals() {
      if (facts instanceof Present<ProcessFacts>(ProcessFacts read) && memo.isSettled(atNanos)) {
        return read.mayMount() ? SETTLED : SETTLED_WITHOUT_MOUNTING;
      }
      return 1;
    }
  }

  ProcessTracker(
      CollectorRun<ProcessReader.Asked, ProcessFacts> collector,
      RunningProcess.Maker maker,
      Duration interval) {
    this.collector = collector;
    this.maker = maker;
    this.intervalNanos = interval.toNanos();
  }

  /** Reads what is due; whether a process came, went or changed. */
  @SuppressWarnings("ReferenceEquality")
  boolean read(List<Container> containers, long now) {
    if (containers == lastRead && (known.isEmpty() || now - nextDueNanos < 0)) {
      return false;
    }
    lastRead = containers;
    Map<String, Container> present = new HashMap<>();
    containers.stream()
        .filter(container -> container.state().running() && container.state().pid() > 0)
        .forEach(container -> present.put(container.id(), container));
    boolean gone = known.keySet().retainAll(present.keySet());
    boolean changed = gone;
    Map<String, Container> due = new HashMap<>();
    for (Container container : present.values()) {
      Known before = known.get(container.id());
      boolean other = before == null || before.pid() != container.state().pid();
      changed |= other;
      if (other || now - before.dueNanos(intervalNanos) >= 0) {
        due.put(container.id(), container);
      }
    }
    if (!due.isEmpty()) {
      gather(due, present.values(), now);
      reread(due, now);
    } else if (gone) {
      settle();
    }
    return changed;
  }

  /** Many at once cost less than a few each second. */
  private void gather(Map<String, Container> due, Collection<Container> present, long now) {
    long soon = now + intervalNanos / 2;
    for (Container container : present) {
      if (due.size() >= TOGETHER) {
        return;
      }
      Known before = known.get(container.id());
      if (before != null && soon - before.dueNanos(intervalNanos) >= 0) {
        due.put(container.id(), container);
      }
    }
  }

  /** The same map until something is read anew, or goes. */
  Map<String, Reading<ProcessFacts>> facts() {
    return facts;
  }

  /** Those whose facts could be read; the same map until something is read anew, or goes. */
  Map<String, RunningProcess> running() {
    return running;
  }

  /** Reads these now, whether or not they are due. */
  void reread(Map<String, Container> containers, long now) {
    Map<String, ProcessReader.Asked> asked = HashMap.newHashMap(containers.size());
    containers.forEach((id, container) -> {
      Known before = known.get(id);
      ProcessMemo memo = before == null ? new ProcessMemo() : before.memo();
      asked.put(id, new ProcessReader.Asked(container, memo, now));
    });
    Map<String, Reading<ProcessFacts>> others = new HashMap<>();
    known.forEach((id, one) -> {
      if (!asked.containsKey(id)) {
        others.put(id, one.facts());
      }
    });
    Map<String, Reading<ProcessFacts>> read = collector.run(asked, others);
    asked.forEach((id, one) -> known.put(id, known(read.get(id), one, known.get(id), now)));
    settle();
  }

  private Known known(
      Reading<ProcessFacts> read, ProcessReader.Asked asked, Known before, long now) {
    int pid = asked.container().state().pid();
    if (before == null || before.pid() != pid) {
      // Not all of a host's containers in the same second, from the second time on.
      long early = Math.floorMod(asked.container().id().hashCode() * 1_000_003L, intervalNanos);
      return new Known(read, read.optional().map(maker::of), asked.memo(), pid, now - early);
    }
    return read.equals(before.facts())
        ? new Known(before.facts(), before.running(), asked.memo(), pid, now)
        : new Known(read, running(read, before.running()), asked.memo(), pid, now);
  }

  private Optional<RunningProcess> running(
      Reading<ProcessFacts> read, Optional<RunningProcess> before) {
    return switch (read) {
      case Missing<ProcessFacts> _ -> Optional.empty();
      case Present<ProcessFacts>(ProcessFacts newer) ->
          Optional.of(before.map(old -> maker.of(newer, old)).orElseGet(() -> maker.of(newer)));
    };
  }

  private void settle() {
    Map<String, Reading<ProcessFacts>> allFacts = new HashMap<>();
    Map<String, RunningProcess> allRunning = new HashMap<>();
    nextDueNanos = Long.MAX_VALUE;
    boolean first = true;
    for (Map.Entry<String, Known> one : known.entrySet()) {
      long due = one.getValue().dueNanos(intervalNanos);
      nextDueNanos = first || due - nextDueNanos < 0 ? due : nextDueNanos;
      first = false;
      allFacts.put(one.getKey(), one.getValue().facts());
      one.getValue().running().ifPresent(found -> allRunning.put(one.getKey(), found));
    }
    facts = isSame(facts, allFacts) ? facts : allFacts;
    running = isSame(running, allRunning) ? running : allRunning;
  }

  @SuppressWarnings("ReferenceEquality")
  private static <T> boolean isSame(Map<String, T> before, Map<String, T> now) {
    if (before.size() != now.size()) {
      return false;
    }
    for (Map.Entry<String, T> one : now.entrySet()) {
      if (before.get(one.getKey()) != one.getValue()) {
        return false;
      }
    }
    return true;
  }
}
