package io.bilgewatch.agent.push;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.agent.config.ExternalLabel;
import io.bilgewatch.agent.view.Alert;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An alert as Alertmanager's API v2 takes it (POST {@code /api/v2/alerts}, a list of these):
 *
 * <pre>
 * {"labels": {"alertname": "TmpfsAlmostFull", "severity": "warning", "instance": "web1:10058", …},
 *  "annotations": {"summary": "…", "description": "…", "runbook_url": "…"},
 *  "startsAt": "2026-01-31T23:59:59Z", "endsAt": "2026-02-01T00:03:59Z", "generatorURL": "…"}
 * </pre>
 *
 * @param resendInterval an alert that fires is said to end after four of them, as Prometheus does
 */
record Payload(
    String instance, List<ExternalLabel> external, Links links, Duration resendInterval) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int LONGEST_ANNOTATION = 4096;
  private static final int RESENDS_UNTIL_IT_ENDS = 4;

  /** That an agent takes to begin anew, and then some. */
  private static final Duration RESTART = Duration.ofMinutes(2);

  Payload {
    external = List.copyOf(external);
  }

  byte[] of(Alert alert, Instant now) {
    ObjectNode node = MAPPER.createObjectNode();
    ObjectNode labels = node.putObject("labels");
    put(labels, "alertname", alert.rule().label());
    put(labels, "severity", alert.rule().severity().label());
    put(labels, "instance", instance);
    alert.labels().forEach((name, value) -> put(labels, name, value));
    external.forEach(label -> put(labels, label.name(), label.value()));
    annotate(node.putObject("annotations"), alert);
    // Alertmanager refuses what ends before it starts, which a clock that was set back brings
    // about.
    Instant startsAt = earlier(alert.firedAt().orElseThrow(), now);
    Instant endsAt =
        alert.resolvedAt().map(at -> earlier(at, now)).orElseGet(() -> expiry(alert, now));
    node.put("startsAt", startsAt.toString());
    node.put("endsAt", (endsAt.isBefore(startsAt) ? startsAt : endsAt).toString());
    if (isUri(links.page())) {
      node.put("generatorURL", links.page());
    }
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An agent that begins anew must see it hold for its time before it can say so again. */
  private Instant expiry(Alert alert, Instant now) {
    Duration resends = resendInterval.multipliedBy(RESENDS_UNTIL_IT_ENDS);
    Duration restart =
        alert.rule().pendingFor().isZero()
            ? Duration.ZERO
            : alert.rule().pendingFor().plus(RESTART);
    return now.plus(resends.compareTo(restart) >= 0 ? resends : restart);
  }

  private void annotate(ObjectNode annotations, Alert alert) {
    put(annotations, "summary", cut(alert.summary()));
    put(annotations, "description", cut(alert.description()));
    put(annotations, "runbook_url", links.runbook().apply(alert.rule()));
  }

  /** The first of a name stands: an alert's own label is not another's to change. */
  private static void put(ObjectNode node, String name, String value) {
    if (!value.isEmpty() && !node.has(name)) {
      node.put(name, WholeCharacters.of(value));
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_ANNOTATION
        ? text
        : text.substring(0, LONGEST_ANNOTATION - 1) + "…";
  }

  /** Alertmanager refuses the whole request for one that is not. */
  private static boolean isUri(String text) {
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException _) {
      return false;
    }
  }
}
