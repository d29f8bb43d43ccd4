package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.event.LastEvent;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Threshold;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.Alerting.Said;
import io.bilgewatch.agent.view.ContainerView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which thresholds hold where: a container's labels, else the configuration's, else the rule's. */
final class Thresholds {
  private final Configuration.Alerts settings;
  private Map<String, Known> containers = Map.of();

  /** Whether any container's labels say anything about rules. */
  private boolean labelled;

  private final List<Alerting.Deviation> configured;

  /** What a container's labels say, and the labels that they were read from. */
  private record Known(String name, Map<String, String> labels, AlertLabels read) {}

  Thresholds(Configuration.Alerts settings) {
    this.settings = settings;
    this.configured = configured(settings);
  }

  /**
   * Reads the labels of containers that are new. Those of one that is gone hold for as long as
   * something is still told of it.
   */
  void read(List<ContainerView> views, List<LastEvent> events) {
    Map<String, Known> fresh = new HashMap<>();
    for (LastEvent event : events) {
      Known known = containers.get(event.containerId());
      if (known != null) {
        fresh.put(event.containerId(), known);
      }
    }
    for (ContainerView view : views) {
      Map<String, String> labels =
          settings.containerLabels() ? view.container().state().labels() : Map.of();
      Known before = containers.get(view.id());
      fresh.put(
          view.id(),
          before != null && before.labels().equals(labels) && before.name().equals(view.name())
              ? before
              : new Known(view.name(), labels, AlertLabels.of(labels)));
    }
    containers = fresh;
    labelled = false;
    for (Known known : fresh.values()) {
      labelled |= !known.read().isSilent();
    }
  }

  /** Whether a rule is evaluated for every container; false where some of them say otherwise. */
  boolean isEnabledEverywhere(AlertRule rule) {
    return !labelled && settings.of(rule).enabled();
  }

  private AlertLabels labels(String containerId) {
    Known known = containers.get(containerId);
    return known == null ? AlertLabels.NONE : known.read();
  }

  /**
   * @param containerId empty for the host
   */
  boolean isEnabled(AlertRule rule, String containerId) {
    return labels(containerId).enabled(rule).orElse(settings.of(rule).enabled());
  }

  /**
   * @param containerId empty for the host
   */
  double of(AlertRule rule, String threshold, String containerId) {
    Optional<Double> said =
        labelled ? labels(containerId).threshold(rule, threshold) : Optional.empty();
    Double set = said.orElseGet(() -> settings.of(rule).thresholds().get(threshold));
    if (set == null) {
      throw new IllegalArgumentException(rule + " has no " + threshold);
    }
    return set;
  }

  /** All that is not the rules' own, so that who else evaluates them can do the same. */
  List<Alerting.Deviation> overrides() {
    if (!labelled) {
      return configured;
    }
    List<Alerting.Deviation> all = new ArrayList<>(configured);
    new TreeMap<>(containers)
        .forEach((id, known) ->
            known
                .read()
                .forEach(
                    (rule, said) -> all.add(new Alerting.Deviation(known.name(), id, rule, said))));
    return all;
  }

  private static List<Alerting.Deviation> configured(Configuration.Alerts settings) {
    List<Alerting.Deviation> all = new ArrayList<>();
    for (AlertRule rule : AlertRule.values()) {
      if (!settings.of(rule).enabled()) {
        all.add(new Alerting.Deviation("", "", rule, new Said.Enabled(false)));
      }
      for (Threshold threshold : rule.thresholds()) {
        double value = settings.of(rule).thresholds().get(threshold.name());
        if (value != threshold.standard()) {
          all.add(
              new Alerting.Deviation("", "", rule, new Said.Threshold(threshold.name(), value)));
        }
      }
    }
    return List.copyOf(all);
  }

  /** What stands in labels and is not understood, by container. */
  Map<String, String> problems(List<ContainerView> views) {
    Map<String, String> problems = new TreeMap<>();
    for (ContainerView view : views) {
      List<String> found = labels(view.id()).problems();
      if (!found.isEmpty()) {
        problems.put("labels of container " + view.name(), String.join("; ", found));
      }
    }
    return problems;
  }
}
