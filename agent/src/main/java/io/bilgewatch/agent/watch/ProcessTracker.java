package io.bilgewatch.agent.watch;

import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what changes seldom about each running container's process, and reads it anew when the
 * process is another, when it is old, or when something says that it is wrong.
 */
final class ProcessTracker {
  private final CollectorRun<Container, ProcessFacts> collector;
  private final long intervalNanos;
  private final Map<String, Known> known = new HashMap<>();

  private record Known(Reading<ProcessFacts> facts, int pid, long atNanos) {}

  ProcessTracker(CollectorRun<Container, ProcessFacts> collector, Duration interval) {
    this.collector = collector;
    this.intervalNanos = interval.toNanos();
  }

  /** Reads what is due; whether a process came, went or changed. */
  boolean read(List<Container> containers, long now) {
    Map<String, Container> running = new HashMap<>();
    containers.stream()
        .filter(container -> container.state().running() && container.state().pid() > 0)
        .forEach(container -> running.put(container.id(), container));
    boolean changed = known.keySet().retainAll(running.keySet());
    Map<String, Container> due = new HashMap<>();
    for (Container container : running.values()) {
      Known before = known.get(container.id());
      boolean other = before == null || before.pid() != container.state().pid();
      changed |= other;
      if (other || now - before.atNanos() >= intervalNanos) {
        due.put(container.id(), container);
      }
    }
    if (!due.isEmpty()) {
      reread(due, now);
    }
    return changed;
  }

  Reading<ProcessFacts> of(String containerId) {
    Known facts = known.get(containerId);
    return facts == null ? Reading.notApplicable("the container does not run") : facts.facts();
  }

  Map<String, Reading<ProcessFacts>> facts() {
    Map<String, Reading<ProcessFacts>> all = new HashMap<>();
    known.forEach((id, facts) -> all.put(id, facts.facts()));
    return all;
  }

  /** The facts of those that could be read. */
  Map<String, ProcessFacts> running() {
    Map<String, ProcessFacts> all = new HashMap<>();
    known.forEach((id, facts) -> facts.facts().optional().ifPresent(f -> all.put(id, f)));
    return all;
  }

  /** Reads these now, whether or not they are due. */
  void reread(Map<String, Container> containers, long now) {
    collector
        .run(containers)
        .forEach(
            (id, facts) -> known.put(id, new Known(facts, containers.get(id).state().pid(), now)));
  }
}
