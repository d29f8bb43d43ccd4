package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.rule.AlertRule.COLLECTOR_FAILING;

import io.bilgewatch.agent.view.CollectorStatus;
import java.util.List;

/** What is wrong with the agent's own work. */
final class AgentConditions {
  private AgentConditions() {}

  static void collectorFailing(Scene scene) {
    if (!scene.isEnabledForHost(COLLECTOR_FAILING)) {
      return;
    }
    for (CollectorStatus status : scene.view().collectors()) {
      boolean failing =
          switch (status.outcome()) {
            case FAILED, STUCK -> true;
            case PENDING, COLLECTED, UNSUPPORTED -> false;
          };
      if (failing) {
        scene.holdForHost(
            COLLECTOR_FAILING,
            List.of(status.name()),
            "collector %s is %s: figures are missing"
                .formatted(status.name(), status.outcome().label()),
            "It says: %s. bilgewatch diagnose on the host says what can't be read and what to do."
                .formatted(scene.shown(status.detail())));
      }
    }
  }
}
