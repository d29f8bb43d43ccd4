package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.event.EventMetric;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The view as Prometheus samples. No reading, no sample. The samples of one view are put together
 * once, however many scrape it.
 */
public final class HostMetrics implements MultiCollector, DirectText {
  private static final Logger LOG = LoggerFactory.getLogger(HostMetrics.class);

  private static final int SHORT_ID = 12;

  private final Supplier<Optional<HostView>> latest;
  private final BuildInfo build;
  private final int mostSeries;
  private final LabelText text;
  private final Map<String, Long> foldedNow = new HashMap<>();
  private final Map<String, Long> foldedTotal = new HashMap<>();
  private HostView gathered;
  private Optional<Samples> last = Optional.empty();
  private boolean failing;

  /** What the agent is. */
  public record BuildInfo(String version, String revision, String java) {}

  public HostMetrics(
      Supplier<Optional<HostView>> latest, BuildInfo build, Configuration.Metrics bounds) {
    this.latest = latest;
    this.build = build;
    this.mostSeries = bounds.maxPathSeries();
    this.text = new LabelText(bounds.maxLabelLength());
  }

  @Override
  public MetricSnapshots collect() {
    return samples()
        .map(samples -> samples.snapshots(Families.all()))
        .orElseGet(MetricSnapshots::new);
  }

  /** Nothing is put together for a scrape that wants nothing of this. */
  @Override
  public MetricSnapshots collect(Predicate<String> wanted) {
    return Families.all().stream().map(MetricFamily::baseName).anyMatch(wanted)
        ? MultiCollector.super.collect(wanted)
        : new MetricSnapshots();
  }

  @Override
  public boolean covers(String name) {
    return Families.isKnown(name);
  }

  @Override
  public void writeTo(OutputStream out, Dialect dialect) throws IOException {
    Optional<Samples> samples = samples();
    if (samples.isPresent()) {
      new SampleText(dialect).write(samples.get(), out);
    }
  }

  /** The very view that was gathered last is not gathered again. */
  @SuppressWarnings("ReferenceEquality")
  private synchronized Optional<Samples> samples() {
    Optional<HostView> view = latest.get();
    if (view.isPresent() && view.get() != gathered) {
      last = guarded(view.get());
      gathered = view.get();
    }
    return last;
  }

  /** One throw here would fail the whole scrape, the agent's own metrics too. */
  private Optional<Samples> guarded(HostView view) {
    try {
      Samples fresh = gather(view);
      failing = false;
      return Optional.of(fresh);
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.error("the view could not be made into metrics; they are absent", e);
      }
      failing = true;
      return Optional.empty();
    }
  }

  private Samples gather(HostView view) {
    Samples samples = new Samples(mostSeries);
    samples.add(Families.BUILD, 1, build.version(), build.revision(), build.java());
    OutlookSamples outlooks = new OutlookSamples(samples, text);
    for (ContainerView container : view.containers()) {
      new ContainerSamples(samples, text, container).add();
      outlooks.add(container, view.outlook().of(container.id()));
    }
    view.dataRoots().forEach((root, containers) -> add(samples, root, containers));
    new TreeSet<>(view.unread().keySet()).forEach(id -> addUnread(samples, view, id));
    for (BackingFilesystem filesystem : view.filesystems()) {
      String[] labels = filesystemLabels(filesystem);
      add(samples, filesystem, labels);
      outlooks.add(labels, view.outlook().of(filesystem.mountPoint()));
    }
    view.risk().optional().ifPresent(risk -> samples.add(Families.HOST_RISK, risk.ratio()));
    Map<String, String> names = new HashMap<>();
    view.containers().forEach(container -> names.put(container.id(), container.name()));
    new EventSamples(samples, text, HostMetrics::shortId).add(view.events(), names);
    new AlertSamples(samples, text, HostMetrics::shortId).add(view.alerting(), names);
    view.collectors().forEach(collector -> add(samples, collector));
    countFolded(samples, view.events().folded());
    return samples;
  }

  private void countFolded(Samples samples, Map<EventMetric, Long> events) {
    samples
        .folded()
        .forEach((metric, now) -> {
          long before = foldedNow.getOrDefault(metric, 0L);
          foldedTotal.merge(metric, Math.max(0, now - before), Long::sum);
        });
    foldedNow.clear();
    foldedNow.putAll(samples.folded());
    Map<String, Long> all = new TreeMap<>(foldedTotal);
    events.forEach(
        (metric, times) -> all.merge(EventSamples.family(metric).name(), times, Long::sum));
    all.forEach((metric, total) -> samples.add(Families.FOLDED, total, metric));
  }

  /** Of one whose state file was never good the id is all that is known. */
  private void addUnread(Samples samples, HostView view, String id) {
    String name =
        view.containers().stream()
            .filter(container -> container.id().equals(id))
            .map(ContainerView::name)
            .findFirst()
            .orElse("");
    samples.add(Families.READING_MISSING, 1, text.of(name), shortId(id), "state", "failed");
  }

  private static String shortId(String id) {
    return id.substring(0, Math.min(SHORT_ID, id.length()));
  }

  private void add(Samples samples, Path root, Reading<Integer> containers) {
    samples.add(Families.DATA_ROOT_UP, containers.isPresent() ? 1 : 0, text.of(root.toString()));
  }

  private static void add(Samples samples, BackingFilesystem filesystem, String[] labels) {
    samples.add(Families.FILESYSTEM_SIZE, filesystem.sizeBytes(), labels);
    samples.add(Families.FILESYSTEM_AVAIL, filesystem.availBytes(), labels);
    filesystem.inodes().ifPresent(n -> samples.add(Families.FILESYSTEM_INODES, n, labels));
    filesystem.inodesFree().ifPresent(n -> samples.add(Families.FILESYSTEM_INODES_FREE, n, labels));
  }

  private String[] filesystemLabels(BackingFilesystem filesystem) {
    return new String[] {
      text.of(filesystem.mountPoint().toString()), text.of(filesystem.device()), filesystem.fsType()
    };
  }

  private static void add(Samples samples, CollectorStatus status) {
    for (CollectorStatus.Outcome outcome : CollectorStatus.Outcome.values()) {
      samples.add(
          Families.COLLECTOR_OUTCOME,
          outcome == status.outcome() ? 1 : 0,
          status.name(),
          outcome.label());
    }
    samples.add(Families.COLLECTOR_DURATION, status.lastDuration().toNanos() / 1e9, status.name());
    samples.add(Families.COLLECTOR_CPU, status.cpu().toNanos() / 1e9, status.name());
    status
        .lastSuccess()
        .ifPresent(at -> samples.add(Families.COLLECTOR_SUCCESS, seconds(at), status.name()));
  }

  static double seconds(Instant at) {
    return at.getEpochSecond() + at.getNano() / 1e9;
  }
}
