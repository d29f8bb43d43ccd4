package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.config.ExternalLabel;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = MadeAlerts.BEGAN.plusSeconds(60);

  @Test
  void sayWhatAlertmanagerTakes() throws Exception {
    assertEquals(
        JSON.readTree(
            """
            {"labels": {
               "alertname": "TmpfsAlmostFull", "severity": "warning", "instance": "host1:10058",
               "container": "web", "container_id": "0123456789ab", "path": "/tmp",
               "datacenter": "east"},
             "annotations": {
               "summary": "web: something is wrong",
               "description": "It can be put right.",
               "runbook_url": "http://host1:10058/runbooks/TmpfsAlmostFull"},
             "startsAt": "2026-01-31T23:59:59Z",
             "endsAt": "2026-02-01T00:04:59Z",
             "generatorURL": "http://host1:10058/"}
            """),
        written(MadeAlerts.firing("web"), NOW));
  }

  @Test
  void whatIsOverEndsWhenItWasOver() throws Exception {
    Alert over = MadeAlerts.resolved(MadeAlerts.firing("web"), MadeAlerts.BEGAN.plusSeconds(30));
    assertEquals("2026-02-01T00:00:29Z", written(over, NOW).get("endsAt").asText());
  }

  /** An agent that begins anew may say it again only when it has pended for ten minutes. */
  @Test
  void whatPendsLongEndsLater() throws Exception {
    Alert alert = MadeAlerts.firing("web");
    Alert slow =
        new Alert(
            AlertRule.TMPFS_UNBOUNDED,
            alert.labels(),
            alert.state(),
            alert.activeAt(),
            alert.firedAt(),
            alert.resolvedAt(),
            alert.summary(),
            alert.description());
    assertEquals(NOW.plusSeconds(12 * 60).toString(), written(slow, NOW).get("endsAt").asText());
  }

  @Test
  void nothingEndsBeforeItStartsWhereTheClockWasSetBack() throws Exception {
    Instant earlier = MadeAlerts.BEGAN.minusSeconds(3600);
    JsonNode firing = written(MadeAlerts.firing("web"), earlier);
    assertEquals(earlier.toString(), firing.get("startsAt").asText());
    assertEquals(earlier.plusSeconds(240).toString(), firing.get("endsAt").asText());
    Alert over = MadeAlerts.resolved(MadeAlerts.firing("web"), MadeAlerts.BEGAN.minusSeconds(9));
    assertEquals(MadeAlerts.BEGAN.toString(), written(over, NOW).get("endsAt").asText());
  }

  @Test
  void valuesThatAContainerChoseAreCarriedAsTheyAre() throws Exception {
    String hostile = "\"}],[{\\ \n\t\u0000 </script> \u202e ü 🚰";
    assertEquals(
        hostile, written(MadeAlerts.firing(hostile), NOW).at("/labels/container").asText());
  }

  @Test
  void halfACharacterIsShownAsItsNumber() throws Exception {
    byte[] json = payload("host1:10058").of(MadeAlerts.firing("a\ud83d b\udeb0"), NOW);
    assertEquals("a\\uD83D b\\uDEB0", JSON.readTree(json).at("/labels/container").asText());
    assertFalse(new String(json, StandardCharsets.UTF_8).contains("\ufffd"));
  }

  @Test
  void emptyValuesAreLeftOut() throws Exception {
    assertFalse(written(MadeAlerts.firing(""), NOW).get("labels").has("container"));
  }

  @Test
  void anAnnotationIsNoBook() throws Exception {
    String summary =
        written(MadeAlerts.firing("x".repeat(100_000)), NOW).at("/annotations/summary").asText();
    assertEquals(4096, summary.length());
    assertTrue(summary.endsWith("…"));
  }

  @Test
  void anInstanceThatMakesNoUriLeavesTheLinkOut() throws Exception {
    byte[] json = payload("my host").of(MadeAlerts.firing("web"), NOW);
    assertFalse(JSON.readTree(json).has("generatorURL"));
    assertEquals("my host", JSON.readTree(json).at("/labels/instance").asText());
  }

  private static JsonNode written(Alert alert, Instant now) throws Exception {
    return JSON.readTree(payload("host1:10058").of(alert, now));
  }

  static Payload payload(String instance) {
    return new Payload(
        instance,
        List.of(new ExternalLabel("datacenter", "east")),
        Links.toAgent(instance, false),
        Duration.ofMinutes(1));
  }
}
