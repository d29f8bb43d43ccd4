package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The view as Prometheus samples. No reading, no sample. The samples of one view are put together
 * once, however many scrape it.
 */
public final class HostMetrics implements MultiCollector {
  private static final Logger LOG = LoggerFactory.getLogger(HostMetrics.class);

  /** A container with CAP_SYS_ADMIN can mount without end; so many mounts of it are shown. */
  private static final int MOST_MOUNTS = 64;

  private final Supplier<Optional<HostView>> latest;
  private final BuildInfo build;
  private final int mostSeries;
  private final LabelText text;
  private final Map<String, Long> foldedNow = new HashMap<>();
  private final Map<String, Long> foldedTotal = new HashMap<>();
  private HostView rendered;
  private MetricSnapshots snapshots = new MetricSnapshots();
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

  /** The very view that was rendered last is not rendered again. */
  @Override
  @SuppressWarnings("ReferenceEquality")
  public synchronized MetricSnapshots collect() {
    Optional<HostView> view = latest.get();
    if (view.isPresent() && view.get() != rendered) {
      snapshots = guarded(view.get());
      rendered = view.get();
    }
    return snapshots;
  }

  /** One throw here would fail the whole scrape, the agent's own metrics too. */
  private MetricSnapshots guarded(HostView view) {
    try {
      MetricSnapshots fresh = render(view);
      failing = false;
      return fresh;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.error("the view could not be made into metrics; they are absent", e);
      }
      failing = true;
      return new MetricSnapshots();
    }
  }

  private MetricSnapshots render(HostView view) {
    Samples samples = new Samples(mostSeries);
    samples.add(Families.BUILD, 1, build.version(), build.revision(), build.java());
    for (ContainerView container : view.containers()) {
      new ContainerSamples(samples, text, container).add();
    }
    view.filesystems().forEach(filesystem -> add(samples, filesystem));
    view.risk().optional().ifPresent(risk -> samples.add(Families.HOST_RISK, risk.ratio()));
    view.collectors().forEach(collector -> add(samples, collector));
    countFolded(samples);
    return samples.snapshots(Families.all());
  }

  private void countFolded(Samples samples) {
    samples
        .folded()
        .forEach((metric, now) -> {
          long before = foldedNow.getOrDefault(metric, 0L);
          foldedTotal.merge(metric, Math.max(0, now - before), Long::sum);
        });
    foldedNow.clear();
    foldedNow.putAll(samples.folded());
    foldedTotal.forEach((metric, total) -> samples.add(Families.FOLDED, total, metric));
  }

  private void add(Samples samples, BackingFilesystem filesystem) {
    String[] labels = {
      text.of(filesystem.mountPoint().toString()), text.of(filesystem.device()), filesystem.fsType()
    };
    samples.add(Families.FILESYSTEM_SIZE, filesystem.sizeBytes(), labels);
    samples.add(Families.FILESYSTEM_AVAIL, filesystem.availBytes(), labels);
    filesystem.inodes().ifPresent(n -> samples.add(Families.FILESYSTEM_INODES, n, labels));
    filesystem.inodesFree().ifPresent(n -> samples.add(Families.FILESYSTEM_INODES_FREE, n, labels));
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

  private static double seconds(Instant at) {
    return at.getEpochSecond() + at.getNano() / 1e9;
  }

  /** The samples of one container. */
  private record ContainerSamples(
      Samples samples, LabelText text, ContainerView view, String name, String id) {

    ContainerSamples(Samples samples, LabelText text, ContainerView view) {
      this(samples, text, view, text.of(view.name()), view.container().state().shortId());
    }

    void add() {
      addState();
      addPosture();
      view.layer().optional().ifPresent(this::add);
      view.quota().optional().ifPresent(q -> gauge(Families.LAYER_LIMIT, q.limitBytes()));
      view.logBytes().optional().ifPresent(bytes -> gauge(Families.LOG_BYTES, bytes));
      bounded(view.tmpfsRead(), Families.TMPFS_SIZE).forEach(this::add);
      view.memory().optional().ifPresent(this::add);
      view.risk()
          .optional()
          .ifPresent(risk -> {
            gauge(Families.OOM_HEADROOM, risk.headroomBytes());
            gauge(Families.OOM_RISK, risk.ratio());
          });
      addMissing();
    }

    private void addState() {
      ContainerState state = view.container().state();
      gauge(
          Families.CONTAINER_INFO,
          1,
          text.of(state.image()),
          text.of(state.imageId()),
          text.of(state.labels().getOrDefault("com.docker.compose.project", "")),
          text.of(state.labels().getOrDefault("com.docker.compose.service", "")),
          text.of(state.user()),
          text.of(state.storageDriver()),
          text.of(view.container().hostConfig().optional().map(HostConfig::logDriver).orElse("")));
      gauge(Families.RUNNING, view.running() ? 1 : 0);
      gauge(Families.RESTARTS, state.restartCount());
      state.startedAt().ifPresent(at -> gauge(Families.START_TIME, seconds(at)));
    }

    private void addPosture() {
      view.rootReadOnly()
          .optional()
          .ifPresent(readOnly -> gauge(Families.ROOTFS_READONLY, readOnly ? 1 : 0));
      view.hardening()
          .forEach((check, answer) ->
              answer
                  .optional()
                  .ifPresent(pass -> gauge(Families.HARDENING, pass ? 1 : 0, check.label())));
      for (WritableMount mount :
          bounded(view.writableMounts().optional().orElse(List.of()), Families.WRITABLE_MOUNT)) {
        gauge(
            Families.WRITABLE_MOUNT,
            1,
            text.of(mount.path().toString()),
            mount.kind().label(),
            text.of(String.join(",", mount.options())));
      }
    }

    private void add(LayerUsage layer) {
      gauge(Families.LAYER_BYTES, layer.allocatedBytes());
      gauge(Families.LAYER_APPARENT, layer.apparentBytes());
      gauge(Families.LAYER_INODES, layer.inodes());
      gauge(Families.LAYER_ENTRIES, layer.deletedEntries(), "deleted");
      layer
          .changes()
          .ifPresent(changes -> {
            gauge(Families.LAYER_ENTRIES, changes.created(), "created");
            gauge(Families.LAYER_ENTRIES, changes.modified(), "modified");
          });
      gauge(Families.LAYER_EXECUTABLES, layer.executables());
      gauge(Families.LAYER_MEASURED, seconds(layer.measuredAt()));
      gauge(Families.LAYER_SCAN, layer.cpu().toNanos() / 1e9);
      layer
          .largest()
          .forEach(directory ->
              gauge(
                  Families.LAYER_PATH_BYTES,
                  directory.allocatedBytes(),
                  text.of(directory.path().toString())));
    }

    private void add(TmpfsUsage tmpfs) {
      String path = text.of(tmpfs.mountPoint().toString());
      if (tmpfs.size() instanceof Limit.Bytes(long size)) {
        gauge(Families.TMPFS_SIZE, size, path);
      }
      tmpfs.usedBytes().ifPresent(used -> gauge(Families.TMPFS_USED, used, path));
      tmpfs.inodes().ifPresent(inodes -> gauge(Families.TMPFS_INODES, inodes, path));
      tmpfs.inodesUsed().ifPresent(used -> gauge(Families.TMPFS_INODES_USED, used, path));
      gauge(Families.TMPFS_BOUNDED, tmpfs.bounded() ? 1 : 0, path);
    }

    private void add(MemoryUsage memory) {
      if (memory.limit() instanceof Limit.Bytes(long limit)) {
        gauge(Families.MEMORY_LIMIT, limit);
      }
      gauge(Families.MEMORY_USAGE, memory.usageBytes());
      memory.shmemBytes().ifPresent(bytes -> gauge(Families.MEMORY_SHMEM, bytes));
      memory.unreclaimableBytes().ifPresent(bytes -> gauge(Families.MEMORY_UNRECLAIMABLE, bytes));
    }

    private void addMissing() {
      view.readings()
          .forEach((reading, value) -> {
            if (value instanceof Reading.Missing<?>(Reading.Cause cause, _) && cause.isFault()) {
              gauge(Families.READING_MISSING, 1, reading, cause.name().toLowerCase(Locale.ROOT));
            }
          });
    }

    private <T> List<T> bounded(List<T> all, MetricFamily family) {
      for (int i = MOST_MOUNTS; i < all.size(); i++) {
        samples.fold(family);
      }
      return all.size() > MOST_MOUNTS ? all.subList(0, MOST_MOUNTS) : all;
    }

    private void gauge(MetricFamily family, long value, String... more) {
      gauge(family, (double) value, more);
    }

    private void gauge(MetricFamily family, double value, String... more) {
      String[] labels = new String[2 + more.length];
      labels[0] = name;
      labels[1] = id;
      System.arraycopy(more, 0, labels, 2, more.length);
      samples.add(family, value, labels);
    }
  }
}
