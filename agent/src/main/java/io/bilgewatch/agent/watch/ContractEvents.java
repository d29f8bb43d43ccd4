package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.HostEvent.ContractEvent;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.agent.view.HostView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells when a contract begins to be broken, and when that is over: not while a part of it can't be
 * looked at, as of a container that restarts, and never of one that is gone.
 */
final class ContractEvents {
  /** Of a container whose contract is not wholly known; it chooses what it writes. */
  private static final int MOST = 256;

  private final Consumer<HostEvent> told;

  /** What was told to begin and not to be over, by container id. */
  private Map<String, List<Violation>> open = new HashMap<>();

  ContractEvents(Consumer<HostEvent> told) {
    this.told = told;
  }

  void tell(HostView view, Contracts now) {
    Map<String, List<Violation>> still = new HashMap<>();
    for (ContainerView container : view.containers()) {
      List<Violation> were = open.getOrDefault(container.id(), List.of());
      List<Verdict> verdicts = now.of(container.id());
      if (!were.isEmpty() || !verdicts.isEmpty()) {
        Whose whose = new Whose.Container(container.id(), container.name());
        List<Violation> are = now.violations(container.id());
        tell(whose, view.at(), are, were, true);
        if (verdicts.stream().allMatch(verdict -> verdict.notKnown().isEmpty())) {
          tell(whose, view.at(), were, are, false);
        } else {
          are = together(are, were);
        }
        still.put(container.id(), are);
      }
    }
    open = still;
  }

  private static List<Violation> together(List<Violation> some, List<Violation> others) {
    List<Violation> all = new ArrayList<>(some);
    for (Violation one : others) {
      if (all.size() < MOST && some.stream().noneMatch(one::isSame)) {
        all.add(one);
      }
    }
    return all;
  }

  private void tell(
      Whose whose, Instant at, List<Violation> those, List<Violation> others, boolean begins) {
    for (Violation one : those) {
      if (others.stream().noneMatch(one::isSame)) {
        told.accept(
            new ContractEvent(
                at, whose, one.rule(), one.path(), one.declared(), one.found(), begins));
      }
    }
  }
}
