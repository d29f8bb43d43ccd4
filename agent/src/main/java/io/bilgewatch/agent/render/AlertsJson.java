package io.bilgewatch.agent.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.HostView;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Alerts as JSON, the worst first: {@code {"at": …, "evaluated": true, "alerts": […], "overrides":
 * […], "problems": {…}, "left": 0}}. What is inactive is not there; what was resolved stays for 15
 * minutes.
 */
public final class AlertsJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AlertsJson() {}

  public static String of(HostView view, Predicate<Alert> wanted) {
    Alerting alerting = view.alerting();
    ObjectNode document = MAPPER.createObjectNode().put("at", view.at().toString());
    document.put("evaluated", alerting.evaluated());
    ArrayNode alerts = document.putArray("alerts");
    alerting.alerts().stream().filter(wanted).forEach(alert -> add(alerts.addObject(), alert));
    ArrayNode overrides = document.putArray("overrides");
    alerting.overrides().forEach(override -> add(overrides.addObject(), override));
    ObjectNode problems = document.putObject("problems");
    new TreeMap<>(alerting.problems()).forEach(problems::put);
    document.put("left", alerting.left());
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** By a container's name, its id or the beginning of it, and by a state; empty: any. */
  public static Predicate<Alert> wanted(String container, String state) {
    return alert ->
        (container.isEmpty() || isOf(alert, container))
            && (state.isEmpty() || alert.state().label().equals(state));
  }

  private static boolean isOf(Alert alert, String container) {
    String id = alert.labels().getOrDefault("container_id", "");
    return container.equals(alert.labels().get("container"))
        || (!id.isEmpty() && (container.startsWith(id) || id.startsWith(container)));
  }

  private static void add(ObjectNode node, Alert alert) {
    node.put("alertname", alert.rule().label())
        .put("severity", alert.rule().severity().label())
        .put("state", alert.state().label());
    ObjectNode labels = node.putObject("labels");
    alert.labels().forEach(labels::put);
    node.put("activeAt", alert.activeAt().toString());
    alert.firedAt().ifPresent(at -> node.put("firedAt", at.toString()));
    alert.resolvedAt().ifPresent(at -> node.put("resolvedAt", at.toString()));
    node.put("summary", alert.summary())
        .put("description", alert.description())
        .put("runbook", "/runbooks/" + alert.rule().label());
  }

  private static void add(ObjectNode node, Alerting.Deviation override) {
    node.put("alertname", override.rule().label());
    if (!override.containerId().isEmpty()) {
      node.put("container", override.container()).put("containerId", override.containerId());
    }
    switch (override.said()) {
      case Alerting.Said.Enabled(boolean on) -> node.put("enabled", on);
      case Alerting.Said.Threshold(String threshold, double value) ->
          node.put("threshold", threshold).put("value", value);
    }
  }
}
