package io.bilgewatch.agent.config;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Threshold;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The keys of the alerts, made from their catalogue. */
final class AlertKeys {
  private static final Map<AlertRule, Key<Switch>> ENABLED = new EnumMap<>(AlertRule.class);
  private static final Map<String, Key<Double>> THRESHOLDS = new HashMap<>();
  static final List<Key<?>> ALL = make();

  private AlertKeys() {}

  private static List<Key<?>> make() {
    List<Key<?>> all = new ArrayList<>();
    for (AlertRule rule : AlertRule.values()) {
      Key<Switch> enabled =
          new Key<>(name(rule, "enabled"), Kinds.oneOf(Switch.class), Switch.ON, rule.summary());
      ENABLED.put(rule, enabled);
      all.add(enabled);
      for (Threshold threshold : rule.thresholds()) {
        Key<Double> key =
            new Key<>(
                name(rule, threshold.name()),
                kind(threshold.unit()),
                threshold.standard(),
                sentence(threshold.meaning()));
        THRESHOLDS.put(key.name(), key);
        all.add(key);
      }
    }
    return List.copyOf(all);
  }

  private static String name(AlertRule rule, String last) {
    return "alerts." + rule.label() + "." + last;
  }

  private static String sentence(String clause) {
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }

  static Kind.Single<Double> kind(Threshold.Unit unit) {
    return switch (unit) {
      case BYTES, BYTES_PER_SECOND -> Kinds.bytes();
      case RATIO -> Kinds.ratio();
      case SECONDS -> Kinds.seconds();
      case COUNT -> Kinds.wholeNumber();
    };
  }

  static Map<AlertRule, Configuration.RuleSetting> settings(Effective values) {
    Map<AlertRule, Configuration.RuleSetting> settings = new EnumMap<>(AlertRule.class);
    for (AlertRule rule : AlertRule.values()) {
      Map<String, Double> thresholds = new HashMap<>();
      for (Threshold threshold : rule.thresholds()) {
        Key<Double> key = Objects.requireNonNull(THRESHOLDS.get(name(rule, threshold.name())));
        thresholds.put(threshold.name(), values.get(key));
      }
      boolean enabled = values.get(ENABLED.get(rule)) == Switch.ON;
      settings.put(rule, new Configuration.RuleSetting(enabled, thresholds));
    }
    return settings;
  }
}
