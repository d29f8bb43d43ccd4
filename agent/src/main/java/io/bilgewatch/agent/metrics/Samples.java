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
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Gathers samples by family, for text or for snapshots. A second sample with the same labels would
 * fail the whole scrape: the first stands. The second is left out and counted, as is what is beyond
 * the bound of a family whose labels containers choose.
 */
final class Samples {
  private static final Rows NO_ROWS = new Rows(0);

  private final IdentityHashMap<MetricFamily, Rows> byFamily = new IdentityHashMap<>();
  private final Map<String, Long> folded = new HashMap<>();
  private final int mostChosen;

  /**
   * @param mostChosen series of one family whose labels containers choose
   */
  Samples(int mostChosen) {
    this.mostChosen = mostChosen;
  }

  /** Forgets all samples; the room that they had is for the next ones. */
  void clear() {
    byFamily.values().forEach(Rows::clear);
    folded.clear();
  }

  void add(MetricFamily family, long value, String... labelValues) {
    add(family, (double) value, labelValues);
  }

  void add(MetricFamily family, double value, String... labelValues) {
    add(family, value, LabelPairs.of(family.labels(), labelValues), LabelPairs.NONE);
  }

  /**
   * @param subject the values of its family's first labels
   * @param detail those of the others
   */
  void add(MetricFamily family, double value, LabelPairs subject, LabelPairs detail) {
    Rows rows = byFamily.get(family);
    if (rows == null) {
      rows = new Rows(family.isChosenByContainers() ? mostChosen : Integer.MAX_VALUE);
      byFamily.put(family, rows);
    }
    if (!rows.add(subject, detail, value)) {
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

  /** The samples of a family; none where there is nothing to tell. */
  Rows of(MetricFamily family) {
    return byFamily.getOrDefault(family, NO_ROWS);
  }

  MetricSnapshots snapshots(List<MetricFamily> order) {
    return new MetricSnapshots(
        order.stream().filter(family -> of(family).size() > 0).map(this::snapshot).toList());
  }

  private MetricSnapshot snapshot(MetricFamily family) {
    MetricMetadata metadata = new MetricMetadata(family.baseName(), family.help());
    Rows rows = of(family);
    IntFunction<Labels> labels = row -> Labels.of(family.labels(), rows.labelValues(row));
    return switch (family.type()) {
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              points(
                  rows,
                  row -> new GaugeDataPointSnapshot(rows.value(row), labels.apply(row), null)));
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              points(
                  rows,
                  row ->
                      new CounterDataPointSnapshot(rows.value(row), labels.apply(row), null, 0L)));
      case INFO ->
          new InfoSnapshot(
              metadata, points(rows, row -> new InfoDataPointSnapshot(labels.apply(row))));
    };
  }

  private static <T> List<T> points(Rows rows, IntFunction<T> point) {
    return IntStream.range(0, rows.size()).mapToObj(point).toList();
  }
}
