package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.view.ContainerView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each container was restarted by its policy in the last ten minutes: Docker's count,
 * which a start by hand sets back, minus its least in that time.
 */
final class Restarts {
  static final Duration WINDOW = Duration.ofMinutes(10);

  /** Docker waits longer and longer between two restarts; so many changes are never seen. */
  private static final int MOST_CHANGES = 128;

  private Map<String, Deque<Change>> changes = new HashMap<>();

  /** A count, and until when it stood; the last one still does. */
  private record Change(long count, long untilNanos) {}

  Map<String, Long> next(List<ContainerView> containers, long nanos) {
    Map<String, Deque<Change>> present = new HashMap<>();
    Map<String, Long> restarts = new HashMap<>();
    for (ContainerView container : containers) {
      Deque<Change> before = changes.get(container.id());
      Deque<Change> known = before == null ? new ArrayDeque<>(2) : before;
      present.put(container.id(), known);
      long count = container.container().state().restartCount();
      add(known, count, nanos);
      long least = count;
      for (Change change : known) {
        least = Math.min(least, change.count());
      }
      restarts.put(container.id(), count - least);
    }
    changes = present;
    return restarts;
  }

  private static void add(Deque<Change> known, long count, long nanos) {
    if (!known.isEmpty() && known.getLast().count() == count) {
      known.removeLast();
    }
    known.addLast(new Change(count, nanos));
    while (known.size() > MOST_CHANGES
        || nanos - known.getFirst().untilNanos() > WINDOW.toNanos()) {
      known.removeFirst();
    }
  }
}
