package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.view.ContainerView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Knows which measurement of a layer was taken in already: the same stands in many views. */
final class LayerTimes {
  private final Map<String, Instant> taken = new HashMap<>();

  boolean isNew(String containerId, Instant measuredAt) {
    return !measuredAt.equals(taken.put(containerId, measuredAt));
  }

  /** How long ago it was; nothing where the wall clock was set back meanwhile. */
  long agoNanos(Instant measuredAt, Instant at) {
    return Math.max(0, Duration.between(measuredAt, at).toNanos());
  }

  void forgetAllBut(List<ContainerView> containers) {
    Set<String> present = HashSet.newHashSet(containers.size());
    containers.forEach(container -> present.add(container.id()));
    taken.keySet().retainAll(present);
  }
}
