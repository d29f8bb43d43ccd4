package io.bilgewatch.agent.view;

import io.bilgewatch.agent.rule.AlertRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be told to somebody, and by which rules.
 *
 * @param alerts pending, firing, and those that were resolved lately; the worst first
 * @param left how many there was no room for
 * @param overrides where a threshold is not the rule's own
 * @param problems what was set and is not understood, by what it stands on
 * @param sealed containers that are said to be sealed, by id
 * @param sealedLayerChanged by container id: whether the layer of a container with a read-only root
 *     changed since it was first measured so
 */
public record Alerting(
    List<Alert> alerts,
    long left,
    List<Override> overrides,
    Map<String, String> problems,
    List<String> sealed,
    Map<String, Boolean> sealedLayerChanged) {

  public static final Alerting NONE =
      new Alerting(List.of(), 0, List.of(), Map.of(), List.of(), Map.of());

  /**
   * A threshold, or a whole alert that is turned off.
   *
   * @param container its name; empty: everywhere
   * @param containerId in full; empty: everywhere
   * @param threshold its name with its value; empty: the alert is off
   */
  public record Override(
      String container, String containerId, AlertRule rule, Optional<Value> threshold) {}

  /** Of a threshold. */
  public record Value(String name, double value) {}

  public Alerting {
    alerts = List.copyOf(alerts);
    overrides = List.copyOf(overrides);
    problems = Map.copyOf(problems);
    sealed = List.copyOf(sealed);
    sealedLayerChanged = Map.copyOf(sealedLayerChanged);
  }

  public List<Alert> firing() {
    return alerts.stream().filter(Alert::isFiring).toList();
  }
}
