package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.watch.Transitions.Problem;
import io.bilgewatch.kernel.Reading.Missing;
import java.util.HashMap;
import java.util.Map;

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
    view.unread()
        .forEach((id, why) -> problems.put("state of container " + id, new Problem("", why)));
    view.collectors().forEach(status -> add(problems, status));
    view.containers().forEach(container -> add(problems, container));
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

  private static void add(Map<String, Problem> problems, ContainerView container) {
    container
        .readings()
        .forEach((name, reading) -> {
          if (reading instanceof Missing<?>(var cause, String detail) && cause.isFault()) {
            problems.put(
                "container %s: %s".formatted(container.name(), name),
                new Problem(cause.name(), detail));
          }
        });
  }
}
