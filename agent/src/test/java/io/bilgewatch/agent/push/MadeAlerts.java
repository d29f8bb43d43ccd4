package io.bilgewatch.agent.push;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alert.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Alerts about containers that nobody has. */
public final class MadeAlerts {
  public static final Instant BEGAN = Instant.parse("2026-01-31T23:59:59Z");

  private MadeAlerts() {}

  public static Alert pending(String container) {
    return alert(AlertRule.TMPFS_ALMOST_FULL, container, State.PENDING, BEGAN, BEGAN);
  }

  public static Alert firing(String container) {
    return firing(AlertRule.TMPFS_ALMOST_FULL, container, BEGAN);
  }

  public static Alert firing(AlertRule rule, String container, Instant firedAt) {
    return alert(rule, container, State.FIRING, firedAt, firedAt);
  }

  public static Alert resolved(Alert alert, Instant at) {
    String container = alert.labels().get("container");
    return alert(alert.rule(), container, State.RESOLVED, alert.firedAt().orElseThrow(), at);
  }

  private static Alert alert(
      AlertRule rule, String container, State state, Instant firedAt, Instant resolvedAt) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("container", container);
    labels.put("container_id", "0123456789ab");
    rule.ownLabels().forEach(name -> labels.put(name, "/tmp"));
    return new Alert(
        rule,
        labels,
        state,
        firedAt.minusSeconds(60),
        state == State.PENDING ? Optional.empty() : Optional.of(firedAt),
        state == State.RESOLVED ? Optional.of(resolvedAt) : Optional.empty(),
        container + ": something is wrong",
        "It can be put right.");
  }
}
