package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The samples of how containers keep their contracts. */
record ContractSamples(Samples samples, LabelText text, UnaryOperator<String> shortId) {

  /**
   * @param names of the containers that there are, by id
   */
  void add(Contracts contracts, Map<String, String> names) {
    contracts.verdicts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(one -> {
          String name = text.of(names.getOrDefault(one.getKey(), ""));
          add(name, shortId.apply(one.getKey()), one.getValue());
          add(name, shortId.apply(one.getKey()), contracts, one.getKey());
        });
  }

  private void add(String name, String id, List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      samples.add(Families.CONTRACT_INFO, 1, name, id, verdict.contract());
      boolean fault = verdict.notKnown().stream().anyMatch(one -> one.cause().isFault());
      // What was not looked at yet, or does not run, is neither known nor unknown.
      if (fault || verdict.notKnown().isEmpty()) {
        samples.add(Families.CONTRACT_UNKNOWN, fault ? 1 : 0, name, id, verdict.contract());
      }
    }
  }

  /** Paths beyond the bound are left out, and counted. */
  private void add(String name, String id, Contracts contracts, String containerId) {
    int paths = 0;
    for (Violation one : contracts.violations(containerId)) {
      if (paths++ < ContainerSamples.MOST_MOUNTS) {
        samples.add(
            Families.CONTRACT_VIOLATION, 1, name, id, one.rule().label(), text.of(one.path()));
      } else {
        samples.fold(Families.CONTRACT_VIOLATION);
      }
    }
  }
}
