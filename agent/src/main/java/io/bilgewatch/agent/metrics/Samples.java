package io.bilgewatch.agent.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers samples by family and turns them into snapshots. A second sample with the same labels
 * would fail the whole scrape: the first stands. The second is left out and counted, as is what is
 * beyond the bound of a family whose labels containers choose.
 */
final class Samples {
  private final IdentityHashMap<MetricFamily, Map<Labels, Double>> byFamily =
      new IdentityHashMap<>();
  private final Map<String, Long> folded = new HashMap<>();
  private final int mostChosen;

  /**
   * @param mostChosen series of one family whose labels containers choose
   */
  Samples(int mostChosen) {
    this.mostChosen = mostChosen;
  }

  void add(MetricFamily family, long value, String... labelValues) {
    add(family, (double) value, labelValues);
  }

  void add(MetricFamily family, double value, String... labelValues) {
    Labels labels = Labels.of(family.labels().toArray(String[]::new), labelValues);
    Map<Labels, Double> samples = byFamily.computeIfAbsent(family, _ -> new LinkedHashMap<>());
    boolean full = family.isChosenByContainers() && samples.size() >= mostChosen;
    if (full || samples.putIfAbsent(labels, value) != null) {
      fold(family);
    }
  }

  /** Counts a series that is left out. */
  void fold(MetricFamily family) {
    folded.merge(family.name(), 1L, Long::sum);
  }

  Map<String, Long> folded() {
    return folded;
  }

  MetricSnapshots snapshots(List<MetricFamily> order) {
    return new MetricSnapshots(
        order.stream().filter(byFamily::containsKey).map(this::snapshot).toList());
  }

  private MetricSnapshot snapshot(MetricFamily family) {
    MetricMetadata metadata = new MetricMetadata(family.baseName(), family.help());
    var samples = byFamily.get(family).entrySet().stream();
    return switch (family.type()) {
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              samples
                  .map(s -> new GaugeDataPointSnapshot(s.getValue(), s.getKey(), null))
                  .toList());
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              samples
                  .map(s -> new CounterDataPointSnapshot(s.getValue(), s.getKey(), null, 0L))
                  .toList());
      case INFO ->
          new InfoSnapshot(
              metadata, samples.map(s -> new InfoDataPointSnapshot(s.getKey())).toList());
    };
  }
}
