package io.bilgewatch.agent.view;

import io.bilgewatch.agent.rule.AlertRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is to be told to somebody, and by which rules.
 *
 * @param evaluated whether anybody looked; where not, no alert says nothing
 * @param alerts pending, firing, and those that were resolved lately; the worst first
 * @param left how many there was no room for
 * @param overrides where a threshold is not the rule's own
 * @param problems what was set and is not understood, by what it stands on
 * @param sealed containers that are said to be sealed, by id
 * @param sealedLayerChanged by container id: whether the layer of a container with a read-only root
 *     changed since it was first measured so
 * @param pushes how it goes with each Alertmanager
 */
public record Alerting(
    boolean evaluated,
    List<Alert> alerts,
    long left,
    List<Deviation> overrides,
    Map<String, String> problems,
    List<String> sealed,
    Map<String, Boolean> sealedLayerChanged,
    List<PushStatus> pushes) {

  public static final Alerting NONE =
      new Alerting(false, List.of(), 0, List.of(), Map.of(), List.of(), Map.of(), List.of());

  /**
   * Something that was said about a rule.
   *
   * @param container its name; empty: everywhere that a container says nothing else
   * @param containerId in full; empty: everywhere
   */
  public record Deviation(String container, String containerId, AlertRule rule, Said said) {}

  /** What was said. */
  public sealed interface Said {
    /** Whether the rule is evaluated at all. */
    record Enabled(boolean on) implements Said {}

    /** A threshold of it, by its name. */
    record Threshold(String name, double value) implements Said {}
  }

  public Alerting {
    alerts = List.copyOf(alerts);
    overrides = List.copyOf(overrides);
    problems = Map.copyOf(problems);
    sealed = List.copyOf(sealed);
    sealedLayerChanged = Map.copyOf(sealedLayerChanged);
    pushes = List.copyOf(pushes);
  }

  /** Whether an alert is pending whose time is up: it fires if its condition still holds. */
  public boolean isToFire(Instant now) {
    for (Alert alert : alerts) {
      if (alert.state() == Alert.State.PENDING
          && !now.isBefore(alert.activeAt().plus(alert.rule().pendingFor()))) {
        return true;
      }
    }
    return false;
  }

  public Alerting with(List<PushStatus> newPushes) {
    return new Alerting(
        evaluated, alerts, left, overrides, problems, sealed, sealedLayerChanged, newPushes);
  }

  public List<Alert> firing() {
    return alerts.stream().filter(Alert::isFiring).toList();
  }
}
