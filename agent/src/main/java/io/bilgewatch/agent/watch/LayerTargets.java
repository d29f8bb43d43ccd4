package io.bilgewatch.agent.watch;

import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The place of each container's layer. Found again only where the container or its process is
 * another than before; a place that is not known yet is looked for each time.
 */
final class LayerTargets {
  private final Upperdirs upperdirs;
  private Map<String, Known> known = Map.of();
  private Map<String, Reading<LayerTarget>> readings = Map.of();
  private volatile Map<String, LayerTarget> found = Map.of();

  /** Those that were looked at last, where each of them has a place. */
  private List<Container> containersPlaced = List.of();

  private Map<String, Reading<ProcessFacts>> processesPlaced = Map.of();

  private record Known(
      Container container, Reading<ProcessFacts> process, Reading<LayerTarget> target) {
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Container now, Reading<ProcessFacts> nowProcess) {
      return container == now && process == nowProcess && target.isPresent();
    }
  }

  LayerTargets(Upperdirs upperdirs) {
    this.upperdirs = upperdirs;
  }

  /** To be called once a look, before what it finds is asked for. */
  @SuppressWarnings("ReferenceEquality")
  void look(List<Container> containers, Map<String, Reading<ProcessFacts>> processes) {
    if (containers == containersPlaced && processes == processesPlaced) {
      return;
    }
    Map<String, Known> now = HashMap.newHashMap(containers.size());
    boolean same = containers.size() == known.size();
    boolean placed = true;
    for (Container container : containers) {
      Known before = known.get(container.id());
      Known after = known(before, container, processes);
      same &= before == after;
      placed &= after.target().isPresent();
      now.put(container.id(), after);
    }
    known = now;
    containersPlaced = placed ? containers : List.of();
    processesPlaced = processes;
    if (!same) {
      spread();
    }
  }

  private Known known(
      Known before, Container container, Map<String, Reading<ProcessFacts>> processes) {
    Reading<ProcessFacts> process =
        processes.getOrDefault(container.id(), ProcessTracker.NOT_RUNNING);
    if (before != null && before.isOf(container, process)) {
      return before;
    }
    Reading<LayerTarget> target = upperdirs.target(container, process);
    return new Known(
        container,
        process,
        before != null && before.target().equals(target) ? before.target() : target);
  }

  private void spread() {
    Map<String, Reading<LayerTarget>> all = new HashMap<>();
    Map<String, LayerTarget> placed = new HashMap<>();
    known.forEach((id, one) -> {
      all.put(id, one.target());
      one.target().optional().ifPresent(target -> placed.put(id, target));
    });
    readings = all;
    found = placed;
  }

  /** Of every container; the same map until one of them is another. */
  Map<String, Reading<LayerTarget>> readings() {
    return readings;
  }

  /** Of those that have a place; the same map until one of them is another. */
  Map<String, LayerTarget> found() {
    return found;
  }
}
