package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the rules for Prometheus to the catalogue: who evaluates an alert must not matter. */
class PrometheusAlertsTest {
  private static final Map<String, Map<String, Object>> RULES =
      Packaged.rules(Packaged.ALERTS).stream()
          .collect(Collectors.toMap(rule -> (String) rule.get("alert"), rule -> rule));

  /** Two of one name would have thrown. */
  @Test
  void theAlertsAreThoseOfTheCatalogue() {
    assertEquals(
        Stream.of(AlertRule.values()).map(AlertRule::label).collect(Collectors.toSet()),
        RULES.keySet());
  }

  @ParameterizedTest
  @EnumSource
  void severityAndTimesAreThoseOfTheCatalogue(AlertRule rule) {
    Map<String, Object> packaged = RULES.get(rule.label());
    assertEquals(Map.of("severity", rule.severity().label()), packaged.get("labels"));
    assertEquals(rule.pendingFor(), duration(packaged.get("for")));
    assertEquals(rule.keepFiringFor(), duration(packaged.get("keep_firing_for")));
  }

  private static Duration duration(Object text) {
    return text == null ? Duration.ZERO : Duration.parse("PT" + text);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidLeadsToTheRunbook(AlertRule rule) {
    Map<String, Object> annotations = Packaged.map(RULES.get(rule.label()), "annotations");
    assertEquals(Set.of("summary", "description", "runbook_url"), annotations.keySet());
    assertEquals(
        "http://{{ $labels.instance }}/runbooks/" + rule.label(), annotations.get("runbook_url"));
    String about = rule.scope() == AlertRule.Scope.HOST ? "instance" : "container";
    assertTrue(annotations.get("summary").toString().contains("$labels." + about), "says where");
    rule.ownLabels()
        .forEach(label ->
            assertTrue(annotations.get("summary").toString().contains("$labels." + label), label));
  }

  /** A default stands behind the lookup of what was set instead of it, wherever it is compared. */
  @ParameterizedTest
  @EnumSource
  void thresholdsAreThoseOfTheCatalogue(AlertRule rule) {
    String expression = expression(rule);
    Map<String, Double> defaults = new LinkedHashMap<>();
    Matcher found =
        Pattern.compile(
                "threshold=\"([a-z-]+)\", container_id=\"\"\\}\\)\\s+or group by \\(instance\\)"
                    + " \\([^\\n]*\\) \\* ([0-9.]+)\\n")
            .matcher(expression);
    while (found.find()) {
      defaults.put(found.group(1), Double.valueOf(found.group(2)));
    }
    assertEquals(
        rule.thresholds().stream().collect(Collectors.toMap(Threshold::name, Threshold::standard)),
        defaults);
    boolean ofContainers = rule.scope() == AlertRule.Scope.CONTAINER;
    for (Threshold threshold : rule.thresholds()) {
      String label = "threshold=\"" + threshold.name() + "\", container_id!=\"\"";
      assertEquals(ofContainers, expression.contains(label), threshold.name());
    }
  }

  /** Copied from another rule and not changed, it would listen to that one's settings. */
  @ParameterizedTest
  @EnumSource
  void onlyItsOwnSettingsCount(AlertRule rule) {
    String expression = expression(rule);
    assertEquals(Set.of(rule.label()), all("alertname=~?\"([^\"]*)\"", expression), "of one alert");
    assertTrue(expression.contains("bilgewatch_alert_disabled{"), "it can be turned off");
    assertEquals(
        rule.thresholds().stream().map(Threshold::name).collect(Collectors.toSet()),
        all("threshold=\"([^\"]*)\"", expression));
  }

  private static String expression(AlertRule rule) {
    return RULES.get(rule.label()).get("expr").toString();
  }

  static Set<String> all(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult one) -> one.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What promtool then compares with what fires: all that the rule has, and nothing else. */
  @ParameterizedTest
  @EnumSource
  void theTestsExpectTheLabelsOfTheCatalogue(AlertRule rule) {
    Set<String> whole = new TreeSet<>(List.of("severity", "instance"));
    if (rule.scope() == AlertRule.Scope.CONTAINER) {
      whole.addAll(List.of("container", "container_id"));
    }
    whole.addAll(rule.ownLabels());
    List<Set<String>> expected = new ArrayList<>();
    for (Map<String, Object> test : tests(rule)) {
      for (Map<String, Object> moment : Packaged.list(test, "alert_rule_test")) {
        for (Map<String, Object> alert : Packaged.list(moment, "exp_alerts")) {
          Map<String, Object> labels = Packaged.map(alert, "exp_labels");
          assertEquals(rule.severity().label(), labels.get("severity"));
          expected.add(labels.keySet());
        }
      }
    }
    assertTrue(expected.contains(whole), () -> whole + " is not among " + expected);
    // An empty label is none: of what is the host's own, and of a rule that has no path.
    expected.forEach(labels -> assertTrue(whole.containsAll(labels), labels::toString));
  }

  /** Firing, silent, with each threshold set on its container or host, and turned off. */
  @ParameterizedTest
  @EnumSource
  void theTestsHaveEveryCase(AlertRule rule) {
    String series =
        tests(rule).stream()
            .flatMap(test -> Packaged.list(test, "input_series").stream())
            .map(one -> one.get("series").toString())
            .collect(Collectors.joining("\n"));
    String own = "alertname=\"" + rule.label() + "\"";
    List<String> needed = new ArrayList<>();
    boolean ofContainers = rule.scope() == AlertRule.Scope.CONTAINER;
    String where = ofContainers ? "[^\\n]*container_id=\"[^\\n]*" : "[^\\n]*";
    needed.add("bilgewatch_alert_disabled\\{" + where + own);
    rule.thresholds()
        .forEach(threshold ->
            needed.add(
                "bilgewatch_alert_threshold\\{%s%s, threshold=\"%s\""
                    .formatted(where, own, threshold.name())));
    needed.forEach(one -> assertTrue(Pattern.compile(one).matcher(series).find(), one));
  }

  private static List<Map<String, Object>> tests(AlertRule rule) {
    return Packaged.files(Packaged.PROMETHEUS.resolve("tests")).stream()
        .flatMap(file -> Packaged.list(Packaged.yaml(file), "tests").stream())
        .filter(test -> rule.label().equals(test.get("name")))
        .toList();
  }
}
