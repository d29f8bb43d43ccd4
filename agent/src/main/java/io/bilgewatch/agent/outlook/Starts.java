package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.view.ContainerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Notices that a container was started, since the last look or before the first. */
final class Starts {
  private Map<String, Instant> known = Map.of();

  /**
   * @param again whether an earlier start of it was seen
   */
  record Start(String containerId, Instant at, boolean again) {}

  /** The starts that were not known. */
  List<Start> changed(List<ContainerView> containers) {
    List<Start> changed = new ArrayList<>();
    Map<String, Instant> now = new HashMap<>();
    for (ContainerView container : containers) {
      String id = container.id();
      Instant at = container.container().state().startedAt().orElse(null);
      if (at != null) {
        Instant before = known.get(id);
        now.put(id, at);
        if (!at.equals(before)) {
          changed.add(new Start(id, at, before != null));
        }
      }
    }
    known = now;
    return changed;
  }
}
