package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

  void add() {
    addState();
    addPosture();
    view.layer().optional().ifPresent(this::add);
    view.quota().optional().ifPresent(q -> gauge(Families.LAYER_LIMIT, q.limitBytes()));
    view.logBytes().optional().ifPresent(bytes -> gauge(Families.LOG_BYTES, bytes));
    // Those that are too many to be read are left out of the series as well.
    bounded(view.tmpfs().optional().orElse(List.of()), Families.TMPFS_SIZE)
        .forEach(tmpfs -> tmpfs.optional().ifPresent(this::add));
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
    gauge(Families.CONTAINER_INFO, 1, own.info());
    gauge(Families.RUNNING, view.running() ? 1 : 0);
    gauge(Families.RESTARTS, state.restartCount());
    state.startedAt().ifPresent(at -> gauge(Families.START_TIME, HostMetrics.seconds(at)));
  }

  private void addPosture() {
    view.rootReadOnly()
        .optional()
        .ifPresent(readOnly -> gauge(Families.ROOTFS_READONLY, readOnly ? 1 : 0));
    view.hardening()
        .forEach((check, answer) ->
            answer
                .optional()
                .ifPresent(pass -> gauge(Families.HARDENING, pass ? 1 : 0, CHECKS.get(check))));
    for (WritableMount mount :
        bounded(view.writableMounts().optional().orElse(List.of()), Families.WRITABLE_MOUNT)) {
      gauge(Families.WRITABLE_MOUNT, 1, labels.of(mount));
    }
  }

  private void add(LayerUsage layer) {
    gauge(Families.LAYER_BYTES, layer.allocatedBytes());
    gauge(Families.LAYER_APPARENT, layer.apparentBytes());
    gauge(Families.LAYER_INODES, layer.inodes());
    gauge(Families.LAYER_ENTRIES, layer.deletedEntries(), DELETED);
    layer
        .changes()
        .ifPresent(changes -> {
          gauge(Families.LAYER_ENTRIES, changes.created(), CREATED);
          gauge(Families.LAYER_ENTRIES, changes.modified(), MODIFIED);
        });
    gauge(Families.LAYER_EXECUTABLES, layer.executables());
    gauge(Families.LAYER_MEASURED, HostMetrics.seconds(layer.measuredAt()));
    gauge(Families.LAYER_SCAN, layer.cpu().toNanos() / 1e9);
    layer
        .largest()
        .forEach(directory ->
            gauge(
                Families.LAYER_PATH_BYTES,
                directory.allocatedBytes(),
                labels.of(directory.path())));
  }

  private void add(TmpfsUsage tmpfs) {
    LabelPairs path = labels.of(tmpfs.mountPoint());
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
            String why = cause.name().toLowerCase(Locale.ROOT);
            gauge(Families.READING_MISSING, 1, detail(Families.READING_MISSING, reading, why));
          }
        });
  }

  private <T> List<T> bounded(List<T> all, MetricFamily family) {
    for (int i = MOST_MOUNTS; i < all.size(); i++) {
      samples.fold(family);
    }
    return all.size() > MOST_MOUNTS ? all.subList(0, MOST_MOUNTS) : all;
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
