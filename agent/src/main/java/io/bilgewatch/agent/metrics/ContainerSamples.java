package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The samples of one container. No reading, no sample. */
record ContainerSamples(
    Samples samples, KnownLabels labels, ContainerView view, KnownLabels.OfContainer own) {
  /** A container with CAP_SYS_ADMIN can mount without end; so many mounts of it are shown. */
  static final int MOST_MOUNTS = 64;

  private static final Map<HardeningCheck, LabelPairs> CHECKS = checks();
  private static final LabelPairs DELETED = detail(Families.LAYER_ENTRIES, "deleted");
  private static final LabelPairs CREATED = detail(Families.LAYER_ENTRIES, "created");
  private static final LabelPairs MODIFIED = detail(Families.LAYER_ENTRIES, "modified");

  ContainerSamples(Samples samples, KnownLabels labels, ContainerView view) {
    this(samples, labels, view, labels.of(view));
  }

  // Patterns and loops, not ifPresent and streams: each lambda that captures something costs the
  // first
  // compiler as much as a sample.
  void add() {
    addState();
    addPosture();
    if (view.layer() instanceof Reading.Present<LayerUsage>(LayerUsage layer)) {
      add(layer);
    }
    if (view.quota() instanceof Reading.Present<LayerUsage.Quota>(LayerUsage.Quota quota)) {
      gauge(Families.LAYER_LIMIT, quota.limitBytes());
    }
    if (view.deletedFiles() instanceof Reading.Present<DeletedFiles>(DeletedFiles found)) {
      gauge(Families.LAYER_DELETED_OPEN, found.allocatedBytes());
    }
    if (view.logBytes() instanceof Reading.Present<Long>(Long bytes)) {
      gauge(Families.LOG_BYTES, bytes);
    }
    if (view.tmpfs() instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts)) {
      addTmpfs(mounts);
    }
    if (view.memory() instanceof Reading.Present<MemoryUsage>(MemoryUsage memory)) {
      add(memory);
    }
    if (view.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk)) {
      gauge(Families.OOM_HEADROOM, risk.headroomBytes());
      gauge(Families.OOM_RISK, risk.ratio());
    }
    addMissing();
  }

  private void addState() {
    ContainerState state = view.container().state();
    gauge(Families.CONTAINER_INFO, 1, own.info());
    gauge(Families.RUNNING, view.running() ? 1 : 0);
    gauge(Families.RESTARTS, state.restartCount());
    if (state.startedAt().isPresent()) {
      gauge(Families.START_TIME, HostMetrics.seconds(state.startedAt().get()));
    }
  }

  private void addPosture() {
    if (view.rootReadOnly() instanceof Reading.Present<Boolean>(Boolean readOnly)) {
      gauge(Families.ROOTFS_READONLY, readOnly ? 1 : 0);
    }
    for (Map.Entry<HardeningCheck, LabelPairs> check : CHECKS.entrySet()) {
      if (view.hardening().get(check.getKey()) instanceof Reading.Present<Boolean>(Boolean pass)) {
        gauge(Families.HARDENING, pass ? 1 : 0, check.getValue());
      }
    }
    if (view.writableMounts() instanceof Reading.Present<List<WritableMount>>(var mounts)) {
      for (WritableMount mount : bounded(mounts, Families.WRITABLE_MOUNT)) {
        gauge(Families.WRITABLE_MOUNT, 1, labels.of(mount));
      }
    }
  }

  private void add(LayerUsage layer) {
    gauge(Families.LAYER_BYTES, layer.allocatedBytes());
    gauge(Families.LAYER_APPARENT, layer.apparentBytes());
    gauge(Families.LAYER_INODES, layer.inodes());
    gauge(Families.LAYER_ENTRIES, layer.deletedEntries(), DELETED);
    if (layer.changes().isPresent()) {
      gauge(Families.LAYER_ENTRIES, layer.changes().get().created(), CREATED);
      gauge(Families.LAYER_ENTRIES, layer.changes().get().modified(), MODIFIED);
    }
    gauge(Families.LAYER_EXECUTABLES, layer.executables());
    gauge(Families.LAYER_MEASURED, HostMetrics.seconds(layer.measuredAt()));
    gauge(Families.LAYER_READ, HostMetrics.seconds(layer.readAt()));
    gauge(Families.LAYER_TOLD, layer.told() ? 1 : 0);
    gauge(Families.LAYER_SCAN, layer.cpu().toNanos() / 1e9);
    for (LayerUsage.DirectoryUsage directory : layer.largest()) {
      gauge(Families.LAYER_PATH_BYTES, directory.allocatedBytes(), labels.of(directory.path()));
    }
  }

  /** Those that are too many to be read are left out of the series as well. */
  private void addTmpfs(List<Reading<TmpfsUsage>> mounts) {
    for (Reading<TmpfsUsage> mount : bounded(mounts, Families.TMPFS_SIZE)) {
      if (mount instanceof Reading.Present<TmpfsUsage>(TmpfsUsage tmpfs)) {
        add(tmpfs, labels.of(tmpfs.mountPoint()));
      }
    }
  }

  private void add(TmpfsUsage tmpfs, LabelPairs path) {
    if (tmpfs.size() instanceof Limit.Bytes(long size)) {
      gauge(Families.TMPFS_SIZE, size, path);
    }
    gauge(Families.TMPFS_USED, tmpfs.usedBytes(), path);
    gauge(Families.TMPFS_INODES, tmpfs.inodes(), path);
    gauge(Families.TMPFS_INODES_USED, tmpfs.inodesUsed(), path);
    gauge(Families.TMPFS_BOUNDED, tmpfs.bounded() ? 1 : 0, path);
  }

  private void add(MemoryUsage memory) {
    if (memory.limit() instanceof Limit.Bytes(long limit)) {
      gauge(Families.MEMORY_LIMIT, limit);
    }
    gauge(Families.MEMORY_USAGE, memory.usageBytes());
    gauge(Families.MEMORY_SHMEM, memory.shmemBytes(), LabelPairs.NONE);
    gauge(Families.MEMORY_UNRECLAIMABLE, memory.unreclaimableBytes(), LabelPairs.NONE);
  }

  private void addMissing() {
    for (Map.Entry<String, Reading<?>> reading : view.readings().entrySet()) {
      if (reading.getValue() instanceof Reading.Missing<?>(Reading.Cause cause, _)
          && cause.isFault()) {
        String why = cause.name().toLowerCase(Locale.ROOT);
        gauge(Families.READING_MISSING, 1, detail(Families.READING_MISSING, reading.getKey(), why));
      }
    }
  }

  private <T> List<T> bounded(List<T> all, MetricFamily family) {
    for (int i = MOST_MOUNTS; i < all.size(); i++) {
      samples.fold(family);
    }
    return all.size() > MOST_MOUNTS ? all.subList(0, MOST_MOUNTS) : all;
  }

  private void gauge(MetricFamily family, OptionalLong value, LabelPairs detail) {
    if (value.isPresent()) {
      gauge(family, value.getAsLong(), detail);
    }
  }

  private void gauge(MetricFamily family, long value) {
    gauge(family, (double) value, LabelPairs.NONE);
  }

  private void gauge(MetricFamily family, long value, LabelPairs detail) {
    gauge(family, (double) value, detail);
  }

  private void gauge(MetricFamily family, double value) {
    gauge(family, value, LabelPairs.NONE);
  }

  private void gauge(MetricFamily family, double value, LabelPairs detail) {
    samples.add(family, value, own.subject(), detail);
  }

  private static LabelPairs detail(MetricFamily family, String... values) {
    return LabelPairs.of(KnownLabels.detail(family), values);
  }

  private static Map<HardeningCheck, LabelPairs> checks() {
    Map<HardeningCheck, LabelPairs> checks = new EnumMap<>(HardeningCheck.class);
    for (HardeningCheck check : HardeningCheck.values()) {
      checks.put(check, detail(Families.HARDENING, check.label()));
    }
    return checks;
  }
}
