package io.bilgewatch.agent.alert;

import static io.bilgewatch.agent.alert.Scenario.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.Alerting.Deviation;
import io.bilgewatch.agent.view.Alerting.Said;
import io.bilgewatch.kernel.Reading;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
  private static final AlertRule LARGE = AlertRule.WRITABLE_LAYER_LARGE;

  static String labels(String... namesAndValues) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      json.append(json.isEmpty() ? "" : ",")
          .append("\"%s\":\"%s\"".formatted(namesAndValues[i], namesAndValues[i + 1]));
    }
    return "\"Config\":{\"Labels\":{" + json + "}}";
  }

  private static Configuration.Alerts settings(
      boolean containerLabels, AlertRule rule, Configuration.RuleSetting setting) {
    Map<AlertRule, Configuration.RuleSetting> rules = new EnumMap<>(AlertRule.class);
    rules.putAll(Configuration.defaults().alerts().rules());
    rules.put(rule, setting);
    return new Configuration.Alerts(containerLabels, Set.of("made"), Optional.empty(), rules);
  }

  private static int largeAlerts(Scenario host, long bytes) {
    host.layer = Reading.of(Scenario.layer(bytes, 0, 1, 0));
    return Scenario.of(host.passes(1), LARGE).size();
  }

  @Test
  void aBareValueIsTheFirstThreshold() {
    Scenario host = new Scenario();
    host.more = labels("bilgewatch.alert.WritableLayerLarge", "20MiB");
    assertEquals(1, largeAlerts(host, 21 * MIB));
    assertEquals(0, largeAlerts(new Scenario(), 21 * MIB));
    assertEquals(
        List.of(new Deviation("made", Scenario.ID, LARGE, new Said.Threshold("bytes", 20.0 * MIB))),
        host.look().overrides());
  }

  @Test
  void everyThresholdHasALabel() {
    Scenario host = new Scenario();
    host.more =
        labels(
            "bilgewatch.alert.WritableLayerLarge.limit-ratio", "0.99",
            "bilgewatch.alert.TmpfsOomImminent.within", "30s",
            "bilgewatch.alert.LsmDenials", "off");
    assertEquals(
        Set.of(
            new Deviation("made", Scenario.ID, LARGE, new Said.Threshold("limit-ratio", 0.99)),
            new Deviation(
                "made",
                Scenario.ID,
                AlertRule.TMPFS_OOM_IMMINENT,
                new Said.Threshold("within", 30)),
            new Deviation("made", Scenario.ID, AlertRule.LSM_DENIALS, new Said.Enabled(false))),
        Set.copyOf(host.look().overrides()));
  }

  @Test
  void theConfigurationCountsWhereAContainerSaysNothing() {
    var setting =
        new Configuration.RuleSetting(true, Map.of("bytes", 10.0 * MIB, "limit-ratio", 0.8));
    Scenario host = new Scenario(settings(true, LARGE, setting));
    assertEquals(1, largeAlerts(host, 11 * MIB));
    host = new Scenario(settings(true, LARGE, setting));
    host.more = labels("bilgewatch.alert.WritableLayerLarge", "12MiB");
    assertEquals(0, largeAlerts(host, 11 * MIB));
  }

  /** What is told of a container outlives it; what it said about that does too. */
  @Test
  void whatAContainerThatIsGoneSaidStillHolds() {
    Scenario host = new Scenario();
    host.more = labels("bilgewatch.alert.LsmDenials", "off");
    host.happened(HostEvent.Kind.LSM_DENIAL, "apparmor");
    assertEquals(List.of(), host.passes(1).alerts());
    host.gone = true;
    Alerting alerting = host.passes(2);
    assertEquals(List.of(), alerting.alerts());
    assertEquals(1, alerting.overrides().size(), "so that the rules know it too");
    host.last.clear();
    assertEquals(List.of(), host.passes(1).overrides());
  }

  @Test
  void labelsCanBeKeptFromCounting() {
    var setting =
        new Configuration.RuleSetting(false, Map.of("bytes", 10.0 * MIB, "limit-ratio", 0.8));
    Scenario host = new Scenario(settings(false, LARGE, setting));
    host.more = labels("bilgewatch.alert.WritableLayerLarge", "on", "bilgewatch.sealed", "true");
    assertEquals(0, largeAlerts(host, 11 * MIB));
    Alerting alerting = host.look();
    assertEquals(List.of(Scenario.ID), alerting.sealed(), "by the configuration");
    assertEquals(
        List.of(
            new Deviation("", "", LARGE, new Said.Enabled(false)),
            new Deviation("", "", LARGE, new Said.Threshold("bytes", 10.0 * MIB))),
        alerting.overrides());
  }

  @Test
  void whatIsNotUnderstoodIsToldAndDoesNothing() {
    Scenario host = new Scenario();
    host.more =
        labels(
            "bilgewatch.alert.WritableLayerLarg", "off",
            "bilgewatch.alert.WritableLayerLarge", "20GB",
            "bilgewatch.alert.WritableLayerLarge.byte", "1",
            "bilgewatch.alert.KernelLogLost", "off");
    Alerting alerting = host.look();
    assertEquals(List.of(), alerting.overrides());
    assertEquals(
        Map.of(
            "labels of container made",
            "bilgewatch.alert.KernelLogLost: that alert is the host's, no container's;"
                + " bilgewatch.alert.WritableLayerLarg: there is no such alert; did you mean"
                + " \"WritableLayerLarge\"?; bilgewatch.alert.WritableLayerLarge: expects on, off or"
                + " a number of bytes such as 4096, 100KiB, 64MiB or 5GiB, found \"20GB\""),
        alerting.problems());
  }

  @Test
  void anImageThatSetsAThousandLabelsIsToldInAFewWords() {
    Map<String, String> hostile = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      hostile.put("bilgewatch.alert." + "x".repeat(500) + i, "y".repeat(5_000) + "\n\u202e");
    }
    AlertLabels read = AlertLabels.of(hostile);
    assertEquals(3, read.problems().size());
    read.problems().forEach(problem -> assertEquals(true, problem.length() < 200, problem));
  }
}
