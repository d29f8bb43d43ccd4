package io.bilgewatch.agent.push;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import java.util.Map;

/** What makes two alerts one to Alertmanager: what they are called and what they are about. */
record Identity(AlertRule rule, Map<String, String> labels) {

  static Identity of(Alert alert) {
    return new Identity(alert.rule(), alert.labels());
  }
}
