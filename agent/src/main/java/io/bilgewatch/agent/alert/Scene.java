package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the conditions look at, and where they put what they find.
 *
 * @param sealed ids of containers that are said to be sealed
 * @param readOnly ids of containers whose root is read-only, or was when they ran last
 * @param sealedLayerChanged by container id
 * @param restarts in the last ten minutes, by container id
 */
record Scene(
    HostView view,
    Thresholds thresholds,
    LabelText text,
    Set<String> sealed,
    Set<String> readOnly,
    Map<String, Boolean> sealedLayerChanged,
    Map<String, Long> restarts,
    List<Finding> found) {

  Scene(
      HostView view,
      Thresholds thresholds,
      LabelText text,
      Set<String> sealed,
      Set<String> readOnly,
      Map<String, Boolean> sealedLayerChanged,
      Map<String, Long> restarts) {
    this(view, thresholds, text, sealed, readOnly, sealedLayerChanged, restarts, new ArrayList<>());
  }

  /** The containers that a rule is not turned off for. */
  List<ContainerView> containers(AlertRule rule) {
    if (thresholds.isEnabledEverywhere(rule)) {
      return view.containers();
    }
    return view.containers().stream()
        .filter(container -> thresholds.isEnabled(rule, container.id()))
        .toList();
  }

  Outlook.OfContainer outlook(ContainerView container) {
    return view.outlook().of(container.id());
  }

  double threshold(AlertRule rule, String name, ContainerView container) {
    return thresholds.of(rule, name, container.id());
  }

  double hostThreshold(AlertRule rule, String name) {
    return thresholds.of(rule, name, "");
  }

  boolean isEnabledForHost(AlertRule rule) {
    return thresholds.isEnabled(rule, "");
  }

  /** Whether something happened so lately; what is of the future by a clock that was set, too. */
  boolean isWithin(Instant at, double seconds) {
    return Duration.between(at, view.at()).toNanos() / 1e9 < seconds;
  }

  /**
   * @param own the values of the rule's own labels, in their order
   */
  void hold(
      AlertRule rule,
      ContainerView container,
      List<String> own,
      String summary,
      String description) {
    hold(
        rule, container.name(), container.container().state().shortId(), own, summary, description);
  }

  void hold(
      AlertRule rule,
      String container,
      String shortId,
      List<String> own,
      String summary,
      String description) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("container", text.of(container));
    labels.put("container_id", shortId);
    putOwn(labels, rule, own);
    found.add(new Finding(rule, labels, text.of(container) + ": " + summary, description));
  }

  void holdForHost(AlertRule rule, List<String> own, String summary, String description) {
    Map<String, String> labels = new LinkedHashMap<>();
    putOwn(labels, rule, own);
    found.add(new Finding(rule, labels, summary, description));
  }

  private void putOwn(Map<String, String> labels, AlertRule rule, List<String> own) {
    for (int i = 0; i < own.size(); i++) {
      labels.put(rule.ownLabels().get(i), text.of(own.get(i)));
    }
  }

  /** Something that a container may have named, for people. */
  String shown(Object name) {
    return text.of(name.toString());
  }
}
