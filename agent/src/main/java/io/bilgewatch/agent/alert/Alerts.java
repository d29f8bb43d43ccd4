package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.event.LastEvent;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Evaluates all rules on each view. Not for several threads. */
public final class Alerts {
  /** The label that says that a container is to have a read-only root. */
  private static final String SEALED = "bilgewatch.sealed";

  private static final int MOST = 4_000;

  private final Configuration.Alerts settings;
  private final LabelText text;
  private final Thresholds thresholds;
  private final Restarts restarts = new Restarts();
  private final SealedLayers sealedLayers = new SealedLayers();
  private final AlertBook book = new AlertBook(MOST);
  private Map<String, Boolean> rootReadOnly = Map.of();
  private long left;

  /**
   * @param text how labels are shown, the same as in metrics, so that both are one alert
   */
  public Alerts(Configuration.Alerts settings, LabelText text) {
    this.settings = settings;
    this.text = text;
    this.thresholds = new Thresholds(settings);
  }

  /**
   * To be called once with each new view, its outlook in it.
   *
   * @param nanos CLOCK_MONOTONIC's, as {@link System#nanoTime}
   */
  public Alerting next(HostView view, long nanos) {
    List<ContainerView> containers = view.containers();
    thresholds.read(containers, view.events().last());
    Set<String> sealed = new HashSet<>();
    for (ContainerView container : containers) {
      if (isSaidToBeSealed(container)) {
        sealed.add(container.id());
      }
    }
    Map<String, Boolean> changed = sealedLayers.next(containers);
    Scene scene =
        new Scene(
            view,
            thresholds,
            text,
            sealed,
            readOnly(view),
            changed,
            restarts.next(containers, nanos));
    Conditions.look(scene);
    left += book.next(scene.found(), view.at(), nanos);
    return new Alerting(
        true,
        book.alerts(),
        left,
        thresholds.overrides(),
        thresholds.problems(containers),
        List.copyOf(sealed),
        changed,
        List.of());
  }

  /**
   * Of one that does not run just now, as between two restarts, what was known last; and of one
   * that is gone, for as long as something is still told of it.
   */
  private Set<String> readOnly(HostView view) {
    Map<String, Boolean> known = new HashMap<>();
    for (LastEvent event : view.events().last()) {
      Boolean before = rootReadOnly.get(event.containerId());
      if (before != null) {
        known.put(event.containerId(), before);
      }
    }
    Set<String> readOnly = new HashSet<>();
    for (ContainerView container : view.containers()) {
      Boolean only = container.rootReadOnly().orElse(rootReadOnly.get(container.id()));
      if (only != null) {
        known.put(container.id(), only);
      }
    }
    known.forEach((id, only) -> {
      if (only) {
        readOnly.add(id);
      }
    });
    rootReadOnly = known;
    return readOnly;
  }

  private boolean isSaidToBeSealed(ContainerView container) {
    boolean labelled =
        settings.containerLabels()
            && "true".equals(container.container().state().labels().get(SEALED));
    return labelled || settings.sealed().contains(container.name());
  }
}
