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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gathers samples by family, for text or for snapshots. A second sample with the same labels would
 * fail the whole scrape: the first stands. The second is left out and counted, as is what is beyond
 * the bound of a family whose labels containers choose.
 */
final class Samples {
  private final IdentityHashMap<MetricFamily, Rows> byFamily = new IdentityHashMap<>();
  private final Map<String, Long> folded = new HashMap<>();
  private final int mostChosen;

  /** A sample: the values of its family's labels, in their order. */
  record Row(List<String> labels, double value) {}

  /** The samples of one family, in the order they came. */
  private static final class Rows {
    final List<Row> rows = new ArrayList<>();
    final Set<List<String>> seen = new HashSet<>();
  }

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
    Rows rows = byFamily.computeIfAbsent(family, _ -> new Rows());
    List<String> labels = List.of(labelValues);
    boolean full = family.isChosenByContainers() && rows.rows.size() >= mostChosen;
    if (full || !rows.seen.add(labels)) {
      fold(family);
    } else {
      rows.rows.add(new Row(labels, value));
    }
  }

  /** Counts a series that is left out. */
  void fold(MetricFamily family) {
    folded.merge(family.name(), 1L, Long::sum);
  }

  Map<String, Long> folded() {
    return folded;
  }

  /** The samples of a family; none where there is nothing to tell. */
  List<Row> of(MetricFamily family) {
    Rows rows = byFamily.get(family);
    return rows == null ? List.of() : rows.rows;
  }

  MetricSnapshots snapshots(List<MetricFamily> order) {
    return new MetricSnapshots(
        order.stream().filter(byFamily::containsKey).map(this::snapshot).toList());
  }

  private MetricSnapshot snapshot(MetricFamily family) {
    MetricMetadata metadata = new MetricMetadata(family.baseName(), family.help());
    List<Row> rows = of(family);
    return switch (family.type()) {
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              rows.stream()
                  .map(row -> new GaugeDataPointSnapshot(row.value(), labels(family, row), null))
                  .toList());
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              rows.stream()
                  .map(row ->
                      new CounterDataPointSnapshot(row.value(), labels(family, row), null, 0L))
                  .toList());
      case INFO ->
          new InfoSnapshot(
              metadata,
              rows.stream().map(row -> new InfoDataPointSnapshot(labels(family, row))).toList());
    };
  }

  private static Labels labels(MetricFamily family, Row row) {
    return Labels.of(family.labels(), row.labels());
  }
}
