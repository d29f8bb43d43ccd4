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
import java.lang.ref.WeakReference;
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
  private final LabelText text;
  private final KnownLabels labels;
  private final Samples samples;
  private final Map<String, Long> foldedNow = new HashMap<>();
  private final Map<String, Long> foldedTotal = new HashMap<>();

  /** Weak, since a view that nobody else holds is of no use. */
  private WeakReference<HostView> gathered = new WeakReference<>(null);

  private boolean failing;

  /** What the agent is. */
  public record BuildInfo(String version, String revision, String java) {}

  public HostMetrics(
      Supplier<Optional<HostView>> latest, BuildInfo build, Configuration.Metrics bounds) {
    this.latest = latest;
    this.build = build;
    this.text = new LabelText(bounds.maxLabelLength());
    this.labels = new KnownLabels(text);
    this.samples = new Samples(bounds.maxPathSeries());
  }

  @Override
  public synchronized MetricSnapshots collect() {
    gatherLatest();
    return samples.snapshots(Families.all());
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
  public synchronized void writeTo(OutputStream out, Dialect dialect) throws IOException {
    gatherLatest();
    new SampleText(dialect, out).write(samples);
  }

  /** The very view that was gathered last is not gathered again. */
  @SuppressWarnings("ReferenceEquality")
  private void gatherLatest() {
    Optional<HostView> view = latest.get();
    if (view.isPresent() && view.get() != gathered.get()) {
      gatherGuarded(view.get());
      gathered = new WeakReference<>(view.get());
    }
  }

  /** One throw here would fail the whole scrape, the agent's own metrics too. */
  private void gatherGuarded(HostView view) {
    samples.clear();
    try {
      gather(view);
      failing = false;
    } catch (RuntimeException e) {
      samples.clear();
      if (!failing) {
        LOG.error("the view could not be made into metrics; they are absent", e);
      }
      failing = true;
    } finally {
      labels.turn();
    }
  }

  private void gather(HostView view) {
    samples.add(Families.BUILD, 1, build.version(), build.revision(), build.java());
    OutlookSamples outlooks = new OutlookSamples(samples, labels);
    for (ContainerView container : view.containers()) {
      new ContainerSamples(samples, labels, container).add();
      outlooks.add(container, view.outlook().of(container.id()));
    }
    view.dataRoots().forEach(this::add);
    new TreeSet<>(view.unread().keySet()).forEach(id -> addUnread(view, id));
    for (BackingFilesystem filesystem : view.filesystems()) {
      LabelPairs named = labelsOf(filesystem);
      add(filesystem, named);
      outlooks.add(named, view.outlook().of(filesystem.mountPoint()));
    }
    view.risk().optional().ifPresent(risk -> samples.add(Families.HOST_RISK, risk.ratio()));
    Map<String, String> names = new HashMap<>();
    view.containers().forEach(container -> names.put(container.id(), container.name()));
    new EventSamples(samples, text, HostMetrics::shortId).add(view.events(), names);
    new AlertSamples(samples, text, HostMetrics::shortId).add(view.alerting(), names);
    new ContractSamples(samples, text, HostMetrics::shortId).add(view.contracts(), names);
    view.collectors().forEach(this::add);
    countFolded(view.events().folded());
  }

  private void countFolded(Map<EventMetric, Long> events) {
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
  private void addUnread(HostView view, String id) {
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

  private void add(Path root, Reading<Integer> containers) {
    samples.add(Families.DATA_ROOT_UP, containers.isPresent() ? 1 : 0, text.of(root.toString()));
  }

  private void add(BackingFilesystem filesystem, LabelPairs named) {
    add(Families.FILESYSTEM_SIZE, filesystem.sizeBytes(), named);
    add(Families.FILESYSTEM_AVAIL, filesystem.availBytes(), named);
    filesystem.inodes().ifPresent(n -> add(Families.FILESYSTEM_INODES, n, named));
    filesystem.inodesFree().ifPresent(n -> add(Families.FILESYSTEM_INODES_FREE, n, named));
  }

  private void add(MetricFamily family, long value, LabelPairs subject) {
    samples.add(family, (double) value, subject, LabelPairs.NONE);
  }

  private LabelPairs labelsOf(BackingFilesystem filesystem) {
    return LabelPairs.of(
        Families.FILESYSTEM_SIZE.labels(),
        text.of(filesystem.mountPoint().toString()),
        text.of(filesystem.device()),
        filesystem.fsType());
  }

  private void add(CollectorStatus status) {
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
