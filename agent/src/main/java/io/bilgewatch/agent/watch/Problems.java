package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.Transitions.Problem;
import io.bilgewatch.kernel.Reading.Missing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is wrong in a view, thing by thing: what the log tells transitions of. */
final class Problems {
  private Problems() {}

  static Map<String, Problem> of(HostView view) {
    Map<String, Problem> problems = new HashMap<>();
    view.dataRoots()
        .forEach((root, reading) -> {
          if (reading instanceof Missing<Integer>(var cause, String detail)) {
            problems.put("data root " + root, new Problem(cause.name(), detail));
          }
        });
    addUnread(problems, view.unread());
    view.collectors().forEach(status -> add(problems, status));
    view.alerting()
        .problems()
        .forEach((where, what) -> problems.put(where, new Problem(what, what)));
    for (ContainerView container : view.containers()) {
      add(problems, container, view.unread().getOrDefault(container.id(), ""));
    }
    return problems;
  }

  private static void add(Map<String, Problem> problems, CollectorStatus status) {
    switch (status.outcome()) {
      case PENDING, COLLECTED -> {}
      case UNSUPPORTED, FAILED, STUCK ->
          problems.put(
              "collector " + status.name(),
              new Problem(
                  status.outcome().label(), status.outcome().label() + ": " + status.detail()));
    }
  }

  /** A data root that can't be listed any more is one event, however many containers it has. */
  private static void addUnread(Map<String, Problem> problems, Map<String, String> unread) {
    Map<String, List<String>> byReason = new TreeMap<>();
    unread.forEach((id, why) -> byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(id));
    byReason.forEach((why, ids) -> {
      if (ids.size() == 1) {
        problems.put("state of container " + ids.getFirst(), new Problem("", why));
      } else {
        problems.put(
            "state of several containers (" + why + ")",
            new Problem("", "the last good one stands for " + ids.size()));
      }
    });
  }

  /** One cause is told once, whatever readings it takes away. */
  private static void add(Map<String, Problem> problems, ContainerView container, String known) {
    if (container.isWithoutFault()) {
      return;
    }
    Set<String> told = new HashSet<>();
    container
        .readings()
        .forEach((name, reading) -> {
          if (reading instanceof Missing<?>(var cause, String detail)
              && cause.isFault()
              && !known.contains(detail)
              && told.add(detail)) {
            problems.put(
                "container %s: %s".formatted(container.name(), name),
                new Problem(cause.name(), detail));
          }
        });
  }
}
