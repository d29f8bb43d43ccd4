package io.bilgewatch.agent.top;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.kernel.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can't be read, in one line. */
final class Unread {
  /** The collector of their files. */
  private static final String CONTRACTS = "contracts";

  private Unread() {}

  static Optional<String> of(HostView view) {
    List<String> all = new ArrayList<>();
    view.dataRoots()
        .forEach((root, reading) -> {
          if (reading instanceof Reading.Missing<Integer>(_, String why)) {
            all.add(root + ": " + why);
          }
        });
    for (CollectorStatus status : view.collectors()) {
      if (status.outcome() == Outcome.STUCK) {
        all.add(status.name() + " hangs");
      } else if (status.name().equals(CONTRACTS) && status.outcome() == Outcome.FAILED) {
        all.add("contracts: " + status.detail());
      }
    }
    if (!view.unread().isEmpty()) {
      all.add("the state of %d".formatted(view.unread().size()));
    }
    faults(view).forEach((what, count) -> all.add("%s of %d".formatted(what, count)));
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
  }

  /** By what it is of, how many containers have none. */
  private static Map<String, Integer> faults(HostView view) {
    Map<String, Integer> faults = new TreeMap<>();
    for (ContainerView container : view.containers()) {
      if (container.isWithoutFault()) {
        continue;
      }
      container
          .readings()
          .forEach((what, reading) -> {
            if (reading instanceof Reading.Missing<?> missing && missing.cause().isFault()) {
              faults.merge(what, 1, Integer::sum);
            }
          });
    }
    return faults;
  }
}
