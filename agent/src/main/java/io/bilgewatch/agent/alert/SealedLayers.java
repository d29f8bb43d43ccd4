package io.bilgewatch.agent.alert;

import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the layer of a container with a read-only root changed since it was first measured so.
 * What the engine itself puts there before the container begins, such as mount points, is there by
 * then.
 */
final class SealedLayers {
  private Map<String, First> first = Map.of();

  /** What a layer was when it was first measured in this run of its container. */
  private record First(Optional<Instant> startedAt, long apparentBytes, long inodes) {
    static First of(ContainerView container, LayerUsage layer) {
      return new First(
          container.container().state().startedAt(), layer.apparentBytes(), layer.inodes());
    }

    boolean isSameRun(ContainerView container) {
      return startedAt.equals(container.container().state().startedAt());
    }
  }

  /** By container id; nothing of one whose root is not known to be read-only, or not measured. */
  Map<String, Boolean> next(List<ContainerView> containers) {
    Map<String, First> known = new HashMap<>();
    Map<String, Boolean> changed = new HashMap<>();
    for (ContainerView container : containers) {
      First before = first.get(container.id());
      boolean sealed = container.rootReadOnly().orElse(false);
      if (sealed
          && container.layer() instanceof Reading.Present<LayerUsage>(LayerUsage layer)
          && isOfRun(container, layer)) {
        First now = First.of(container, layer);
        First base = before != null && before.isSameRun(container) ? before : now;
        known.put(container.id(), base);
        changed.put(container.id(), !base.equals(now));
      } else if (before != null && before.isSameRun(container)) {
        known.put(container.id(), before);
      }
    }
    first = known;
    return changed;
  }

  /** A measurement of before the start is of another run. */
  private static boolean isOfRun(ContainerView container, LayerUsage layer) {
    Optional<Instant> started = container.container().state().startedAt();
    return started.isEmpty() || !layer.measuredAt().isBefore(started.get());
  }
}
