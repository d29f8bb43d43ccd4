package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.alert.Scenario.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.render.AlertsJson;
import io.bilgewatch.agent.render.ContainersJson;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alerts and forecasts as the API tells them. */
class RenderedTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Scenario host = new Scenario();

  @BeforeEach
  void aTmpfsGrowsTowardsAKill() {
    host.tmpfs.add(Scenario.tmpfs("/cache", 30 * MIB, 200 * MIB, true));
    host.growth = Reading.of(Scenario.growing(2 * MIB));
    host.oomSeconds = OptionalDouble.of(40);
    host.more = ThresholdsTest.labels("bilgewatch.alert.LsmDenials", "off");
  }

  private JsonNode alerts(String container, String state) throws JsonProcessingException {
    return JSON.readTree(AlertsJson.of(host.judged(), AlertsJson.wanted(container, state)));
  }

  @Test
  void anAlertSaysWhatItIsAndLeadsToItsRunbook() throws Exception {
    JsonNode all = alerts("", "");
    JsonNode first = all.at("/alerts/0");
    assertEquals("TmpfsOomImminent", first.get("alertname").asText());
    assertEquals("critical", first.get("severity").asText());
    assertEquals("firing", first.get("state").asText());
    assertEquals("made", first.at("/labels/container").asText());
    assertEquals(host.now().toString(), first.get("firedAt").asText());
    assertTrue(first.path("resolvedAt").isMissingNode());
    assertEquals(
        "made: /cache grows 2.0 MiB/s; OOM kill in about 40s", first.get("summary").asText());
    assertEquals("/runbooks/TmpfsOomImminent", first.get("runbook").asText());
    assertEquals(
        """
        [{"alertname":"LsmDenials","container":"made","containerId":"%s","enabled":false}]\
        """
            .formatted(Scenario.ID),
        all.get("overrides").toString());
  }

  @Test
  void whatIsAskedForIsAllThatIsTold() throws Exception {
    assertEquals(1, alerts("made", "firing").get("alerts").size());
    assertEquals(1, alerts(Scenario.ID, "pending").get("alerts").size());
    assertEquals(0, alerts("other", "").get("alerts").size());
    assertEquals(0, alerts("made", "resolved").get("alerts").size());
  }

  @Test
  void growthIsToldWithItsShapeAndItsForecasts() throws Exception {
    host.shares.add(new Outlook.Share("made", Scenario.ID, 2 * MIB, 0.9));
    JsonNode all = JSON.readTree(ContainersJson.all(host.judged()));
    JsonNode growth = all.at("/containers/0/growth");
    assertEquals("growing", growth.at("/tmpfs/0/shape").asText());
    assertEquals(2.0 * MIB, growth.at("/tmpfs/0/bytesPerSecond").asDouble());
    assertEquals(600, growth.at("/tmpfs/0/evidenceSeconds").asDouble());
    assertEquals(40, growth.get("oomSeconds").asDouble());
    assertTrue(growth.path("layerFullSeconds").isMissingNode(), "nobody can tell");
    assertEquals("made", all.at("/filesystems/0/growth/shares/0/container").asText());
  }

  @Test
  void whatIsNotKnownSaysWhy() throws Exception {
    host.growth = Reading.missing(Cause.PENDING, "measured 2 times, 4 are needed");
    JsonNode layer =
        JSON.readTree(ContainersJson.all(host.judged())).at("/containers/0/growth/layer");
    assertEquals("{\"missing\":\"measured 2 times, 4 are needed\"}", layer.toString());
  }
}
