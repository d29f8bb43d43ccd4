package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.Alerting.Said;
import io.bilgewatch.agent.view.PushStatus;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The samples of alerts and of what they are compared with. */
record AlertSamples(Samples samples, LabelText text, UnaryOperator<String> shortId) {

  /**
   * @param names of the containers that there are, by id
   */
  void add(Alerting alerting, Map<String, String> names) {
    alerting.firing().forEach(this::add);
    if (alerting.left() > 0) {
      samples.add(Families.ALERTS_LEFT, alerting.left());
    }
    alerting.overrides().forEach(this::add);
    alerting.pushes().forEach(this::add);
    alerting.sealed().stream()
        .sorted()
        .forEach(id -> samples.add(Families.SEALED, 1, name(names, id), shortId.apply(id)));
    alerting.sealedLayerChanged().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry ->
            samples.add(
                Families.LAYER_SEALED_CHANGED,
                entry.getValue() ? 1 : 0,
                name(names, entry.getKey()),
                shortId.apply(entry.getKey())));
  }

  private void add(PushStatus push) {
    if (push.state() != PushStatus.State.UNTRIED) {
      samples.add(
          Families.ALERTMANAGER_UP, push.state() == PushStatus.State.UP ? 1 : 0, push.url());
    }
    samples.add(Families.ALERTMANAGER_SENT, push.sent(), push.url());
    samples.add(Families.ALERTMANAGER_ERRORS, push.errors(), push.url());
    samples.add(Families.ALERTMANAGER_DROPPED, push.dropped(), push.url());
    samples.add(Families.ALERTMANAGER_WAITING, push.waiting(), push.url());
  }

  private String name(Map<String, String> names, String id) {
    return text.of(names.getOrDefault(id, ""));
  }

  private void add(Alert alert) {
    String[] labels =
        Families.ALERT_FIRING.labels().stream()
            .map(name ->
                switch (name) {
                  case "alertname" -> alert.rule().label();
                  case "severity" -> alert.rule().severity().label();
                  default -> alert.labels().getOrDefault(name, "");
                })
            .toArray(String[]::new);
    samples.add(Families.ALERT_FIRING, 1, labels);
  }

  private void add(Alerting.Deviation override) {
    String container = text.of(override.container());
    String id = shortId.apply(override.containerId());
    String alert = override.rule().label();
    switch (override.said()) {
      case Said.Enabled(boolean on) ->
          samples.add(Families.ALERT_DISABLED, on ? 0 : 1, container, id, alert);
      case Said.Threshold(String threshold, double value) ->
          samples.add(Families.ALERT_THRESHOLD, value, container, id, alert, threshold);
    }
  }
}
