package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.rule.AlertRule.CONTRACT_VIOLATED;

import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts.Violation;
import java.util.List;

/** Contracts that are not kept. */
final class ContractConditions {
  private ContractConditions() {}

  static void violated(Scene scene) {
    if (scene.view().contracts().verdicts().isEmpty()) {
      return;
    }
    for (ContainerView container : scene.containers(CONTRACT_VIOLATED)) {
      for (Violation one : scene.view().contracts().violations(container.id())) {
        String rule = one.rule().label();
        scene.hold(
            CONTRACT_VIOLATED,
            container,
            List.of(rule, one.path()),
            "does not keep its contract: "
                + rule
                + (one.path().isEmpty() ? "" : " at " + scene.shown(one.path())),
            "Declared: "
                + scene.shown(one.declared())
                + ". Found: "
                + scene.shown(one.found())
                + ". To do: "
                + one.rule().remedy()
                + ".");
      }
    }
  }
}
