package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.config.Nearest;
import io.bilgewatch.agent.config.ThresholdText;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Threshold;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Alerting.Said;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * What a container's labels say about its alerts:
 *
 * <pre>
 * bilgewatch.alert.WritableLayerLarge=off
 * bilgewatch.alert.WritableLayerLarge=20GiB
 * bilgewatch.alert.WritableLayerLarge.limit-ratio=0.9
 * </pre>
 *
 * A bare value is the rule's first threshold. Who builds the image can set labels too: what is not
 * understood is told, a few of it, and does nothing.
 */
final class AlertLabels {
  static final String PREFIX = "bilgewatch.alert.";
  static final AlertLabels NONE = new AlertLabels();
  private static final int MOST_PROBLEMS = 3;
  private static final LabelText SHOWN = new LabelText(60);

  private final Map<AlertRule, Boolean> enabled = new EnumMap<>(AlertRule.class);
  private final Map<AlertRule, Map<String, Double>> thresholds = new EnumMap<>(AlertRule.class);
  private final List<String> problems = new ArrayList<>();

  private AlertLabels() {}

  static AlertLabels of(Map<String, String> labels) {
    AlertLabels read = new AlertLabels();
    new TreeMap<>(labels)
        .forEach((key, value) -> {
          if (key.startsWith(PREFIX)) {
            read.read(key, key.substring(PREFIX.length()), value.strip());
          }
        });
    return read;
  }

  private void read(String key, String name, String value) {
    int dot = name.indexOf('.');
    String ruleName = dot < 0 ? name : name.substring(0, dot);
    Optional<AlertRule> rule = AlertRule.named(ruleName);
    if (rule.isEmpty()) {
      problem(key, "there is no such alert" + Nearest.question(shown(ruleName), ruleNames()));
    } else if (rule.get().scope() == AlertRule.Scope.HOST) {
      problem(key, "that alert is the host's, no container's");
    } else if (dot < 0) {
      bare(key, rule.get(), value);
    } else {
      threshold(key, rule.get(), name.substring(dot + 1), value);
    }
  }

  private void bare(String key, AlertRule rule, String value) {
    if (value.equals("off") || value.equals("on")) {
      enabled.put(rule, value.equals("on"));
    } else if (rule.thresholds().isEmpty()) {
      problem(key, "expects on or off, found \"" + shown(value) + "\"");
    } else {
      set(key, rule, rule.thresholds().getFirst(), "on, off or ", value);
    }
  }

  private void threshold(String key, AlertRule rule, String name, String value) {
    rule.threshold(name)
        .ifPresentOrElse(
            threshold -> set(key, rule, threshold, "", value),
            () ->
                problem(
                    key,
                    "the alert has no such threshold"
                        + Nearest.question(
                            shown(name),
                            rule.thresholds().stream().map(Threshold::name).toList())));
  }

  private void set(String key, AlertRule rule, Threshold threshold, String or, String value) {
    var number = ThresholdText.read(threshold, value);
    if (number.isPresent()) {
      thresholds
          .computeIfAbsent(rule, _ -> new HashMap<>())
          .put(threshold.name(), number.getAsDouble());
    } else {
      problem(
          key,
          "expects %s%s, found \"%s\""
              .formatted(or, ThresholdText.expects(threshold), shown(value)));
    }
  }

  private void problem(String key, String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(shown(key) + ": " + what);
    }
  }

  private static String shown(String text) {
    return SHOWN.of(text);
  }

  private static List<String> ruleNames() {
    return Stream.of(AlertRule.values()).map(AlertRule::label).toList();
  }

  /** Whether nothing is said of any rule. */
  boolean isSilent() {
    return enabled.isEmpty() && thresholds.isEmpty();
  }

  Optional<Boolean> enabled(AlertRule rule) {
    return Optional.ofNullable(enabled.get(rule));
  }

  Optional<Double> threshold(AlertRule rule, String name) {
    return Optional.ofNullable(thresholds.getOrDefault(rule, Map.of()).get(name));
  }

  /** Each thing that is said, in the order of the rules. */
  void forEach(BiConsumer<AlertRule, Said> action) {
    enabled.forEach((rule, on) -> action.accept(rule, new Said.Enabled(on)));
    thresholds.forEach((rule, values) ->
        values.forEach((name, value) -> action.accept(rule, new Said.Threshold(name, value))));
  }

  List<String> problems() {
    return problems;
  }
}
