package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.event.EventCount;
import io.bilgewatch.agent.event.EventMetric;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.LastEvent;
import io.bilgewatch.agent.event.SourceStatus;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.kernel.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The samples of what happened. */
record EventSamples(Samples samples, LabelText text, UnaryOperator<String> shortId) {

  /**
   * @param names of the containers that there are, by id
   */
  void add(Events events, Map<String, String> names) {
    events.counts().forEach(this::add);
    new TreeMap<>(events.skippedLogBytes())
        .forEach((id, bytes) ->
            samples.add(
                Families.LOG_SKIPPED,
                bytes,
                text.of(names.getOrDefault(id, "")),
                shortId.apply(id)));
    for (EventMetric metric : EventMetric.values()) {
      long count = events.unattributed().getOrDefault(metric, 0L);
      samples.add(Families.UNATTRIBUTED, count, family(metric).name());
    }
    events.last().stream()
        .sorted(
            Comparator.comparing(LastEvent::containerId)
                .thenComparing(LastEvent::kind)
                .thenComparing(LastEvent::reason))
        .forEach(this::add);
    events.sources().forEach(this::add);
  }

  private void add(LastEvent event) {
    samples.add(
        Families.LAST_EVENT,
        HostMetrics.seconds(event.at()),
        text.of(event.container()),
        shortId.apply(event.containerId()),
        event.kind().label(),
        event.reason());
  }

  private void add(EventCount count) {
    List<String> labels = new ArrayList<>();
    labels.add(text.of(count.container()));
    labels.add(shortId.apply(count.containerId()));
    labels.addAll(count.labels());
    samples.add(family(count.metric()), count.value(), labels.toArray(String[]::new));
  }

  private void add(SourceStatus source) {
    samples.add(Families.KERNEL_LOG_UP, source.transport().isPresent() ? 1 : 0, source.name());
    if (source.transport() instanceof Reading.Present<String>(String transport)) {
      samples.add(Families.KERNEL_LOG_INFO, 1, source.name(), transport);
    }
    samples.add(Families.KERNEL_LOG_RECORDS, source.records(), source.name());
    samples.add(Families.KERNEL_LOG_LOST, source.lost(), source.name());
  }

  static MetricFamily family(EventMetric metric) {
    return switch (metric) {
      case OOM_KILLS -> Families.OOM_KILLS;
      case LSM_DENIALS -> Families.LSM_DENIALS;
      case LSM_LOGGED -> Families.LSM_LOGGED;
      case WRITE_FAILURES -> Families.WRITE_FAILURES;
    };
  }
}
