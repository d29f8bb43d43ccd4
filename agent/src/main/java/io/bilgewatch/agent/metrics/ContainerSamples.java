package io.bilgewatch.agent.metrics;

import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.Locale;

/** The samples of one container. No reading, no sample. */
record ContainerSamples(
    Samples samples, LabelText text, ContainerView view, String name, String id) {
  /** A container with CAP_SYS_ADMIN can mount without end; so many mounts of it are shown. */
  static final int MOST_MOUNTS = 64;

  ContainerSamples(Samples samples, LabelText text, ContainerView view) {
    this(samples, text, view, text.of(view.name()), view.container().state().shortId());
  }

  void add() {
    addState();
    addPosture();
    view.layer().optional().ifPresent(this::add);
    view.quota().optional().ifPresent(q -> gauge(Families.LAYER_LIMIT, q.limitBytes()));
    view.deletedFiles()
        .optional()
        .ifPresent(found -> gauge(Families.LAYER_DELETED_OPEN, found.allocatedBytes()));
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
    gauge(Families.LAYER_MEASURED, HostMetrics.seconds(layer.measuredAt()));
    gauge(Families.LAYER_READ, HostMetrics.seconds(layer.readAt()));
    gauge(Families.LAYER_TOLD, layer.told() ? 1 : 0);
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
