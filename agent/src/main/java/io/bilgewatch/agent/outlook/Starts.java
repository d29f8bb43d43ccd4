package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.view.ContainerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notices that a container was started anew. */
final class Starts {
  private Map<String, Optional<Instant>> known = Map.of();

  /** The ids of those that were seen before with another start. */
  List<String> changed(List<ContainerView> containers) {
    List<String> changed = new ArrayList<>();
    Map<String, Optional<Instant>> now = new HashMap<>();
    for (ContainerView container : containers) {
      Optional<Instant> startedAt = container.container().state().startedAt();
      now.put(container.id(), startedAt);
      if (known.containsKey(container.id()) && !known.get(container.id()).equals(startedAt)) {
        changed.add(container.id());
      }
    }
    known = now;
    return changed;
  }
}
