package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerUsage;
import java.util.HashMap;
import java.util.Map;

/**
 * The quotas of the layers. Docker sets one when it makes a layer: where there is none, it is asked
 * for one every sixth time only, since somebody else may set one later.
 */
final class LayerQuotas {
  static final int EVERY = 6;

  private final CollectorRun<KernelPath, LayerUsage.Quota> collector;
  private Map<String, Reading<LayerUsage.Quota>> last = Map.of();
  private int turns;

  LayerQuotas(CollectorRun<KernelPath, LayerUsage.Quota> collector) {
    this.collector = collector;
  }

  /**
   * @param layers their upperdirs, by container id
   */
  void read(Map<String, KernelPath> layers) {
    Map<String, KernelPath> asked = new HashMap<>(layers);
    Map<String, Reading<LayerUsage.Quota>> without = new HashMap<>();
    if (turns++ % EVERY != 0) {
      last.forEach((id, quota) -> {
        if (isWithout(quota) && asked.remove(id) != null) {
          without.put(id, quota);
        }
      });
    }
    last = collector.run(asked, without);
  }

  private static boolean isWithout(Reading<LayerUsage.Quota> quota) {
    return quota instanceof Reading.Missing<LayerUsage.Quota>(Cause cause, _)
        && cause == Cause.NOT_APPLICABLE;
  }

  /** By container id; missing as NOT_APPLICABLE where a layer has none. */
  Map<String, Reading<LayerUsage.Quota>> readings() {
    return last;
  }
}
