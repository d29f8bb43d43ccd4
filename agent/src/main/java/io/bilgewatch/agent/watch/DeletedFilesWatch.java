package io.bilgewatch.agent.watch;

import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.descriptor.DeletedFilesReader;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.process.ProcessIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for the deleted files that each container has open, a few containers at a time, those first
 * that were looked at longest ago. A container chooses how many descriptors it has, so all looks
 * together have half a thousandth of a CPU: many descriptors make figures old and nothing else.
 */
final class DeletedFilesWatch {
  private static final double CPU_SHARE = 0.0005;

  /** A look costs what some hundred looks at a tmpfs do. */
  private static final int SELDOM = 6;

  /** In descriptors, some 12 ms of CPU: the tick waits for it. */
  private static final int MOST_AT_ONCE = 1 << 11;

  /** Of a container that nobody has looked at. */
  private static final int USUAL_PRICE = 64;

  private final CollectorRun<ProcessFacts, DeletedFiles> collector;
  private final long intervalNanos;
  private final Map<String, Known> known = new HashMap<>();
  private boolean begun;
  private WalkBudget budget;

  private record Known(Reading<DeletedFiles> reading, ProcessIdentity identity, long atNanos) {
    int price() {
      return switch (reading) {
        case Present<DeletedFiles>(DeletedFiles found) -> found.looks();
        case Missing<DeletedFiles> missing ->
            missing.cause() == Reading.Cause.FAILED
                ? DeletedFilesReader.highestPrice()
                : USUAL_PRICE;
      };
    }
  }

  DeletedFilesWatch(CollectorRun<ProcessFacts, DeletedFiles> collector, Duration mountsInterval) {
    this.collector = collector;
    this.intervalNanos = SELDOM * mountsInterval.toNanos();
  }

  /** Looks at those that are due, where it is not resting. */
  void read(Map<String, ProcessFacts> running, long now) {
    known.entrySet().removeIf(entry -> isOther(running.get(entry.getKey()), entry.getValue()));
    if (budget == null) {
      budget = new WalkBudget(CPU_SHARE, now);
    }
    Map<String, ProcessFacts> next = next(running, now);
    if (next.isEmpty()) {
      return;
    }
    Duration before = collector.status().cpu();
    collector
        .run(next)
        .forEach((id, reading) -> known.put(id, new Known(reading, next.get(id).identity(), now)));
    begun = true;
    budget.spend(collector.status().cpu().minus(before), now);
  }

  Map<String, Reading<DeletedFiles>> readings() {
    Map<String, Reading<DeletedFiles>> readings = new HashMap<>();
    known.forEach((id, found) -> readings.put(id, found.reading()));
    return readings;
  }

  private static boolean isOther(ProcessFacts facts, Known before) {
    return facts == null || !facts.identity().equals(before.identity());
  }

  /** The first time all of them: for a command that looks once, there is no other. */
  private Map<String, ProcessFacts> next(Map<String, ProcessFacts> running, long now) {
    Map<String, ProcessFacts> next = new LinkedHashMap<>();
    if (!budget.pause(now).isZero()) {
      return next;
    }
    int price = 0;
    for (String id : due(running, now)) {
      price += known.containsKey(id) ? known.get(id).price() : USUAL_PRICE;
      if (begun && price > MOST_AT_ONCE && !next.isEmpty()) {
        break;
      }
      next.put(id, running.get(id));
    }
    return next;
  }

  /** Those never looked at, then the longest ago first. */
  private List<String> due(Map<String, ProcessFacts> running, long now) {
    List<String> due = new ArrayList<>(running.keySet());
    due.removeIf(id -> known.containsKey(id) && now - known.get(id).atNanos() < intervalNanos);
    due.sort(
        Comparator.comparing((String id) -> known.containsKey(id))
            .thenComparingLong(id -> known.containsKey(id) ? known.get(id).atNanos() - now : 0));
    return due;
  }
}
