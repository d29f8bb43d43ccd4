package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Forecast;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.view.Outlook.OfContainer;
import io.bilgewatch.agent.view.Outlook.OfFilesystem;
import io.bilgewatch.agent.view.Outlook.OfTmpfs;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Feeds the histories from one view after another, and says where things are going. One thread
 * calls; the histories may be saved by another meanwhile.
 */
public final class Outlooks {
  /** A container with CAP_SYS_ADMIN can mount without end; so many mounts of it are watched. */
  private static final int MOST_MOUNTS = 64;

  private final Histories histories;

  /** What each history was fed with last: of the call before, and of this one. */
  private Map<SeriesKey, Object> lastFed = Map.of();

  private Map<SeriesKey, Object> fed = new HashMap<>();
  private int refused;
  private final Starts starts = new Starts();
  private final LayerTimes layerTimes = new LayerTimes();

  public Outlooks(Histories histories) {
    this.histories = histories;
  }

  /**
   * The outlook at a view that is newer than the one before.
   *
   * @param nowNanos by the monotonic clock of the histories
   */
  public Outlook next(HostView view, long nowNanos) {
    fed = new HashMap<>();
    refused = 0;
    forgetMemoryOfFormerLives(view, nowNanos);
    layerTimes.forgetAllBut(view.containers());
    Map<String, OfContainer> containers = new LinkedHashMap<>();
    for (ContainerView container : view.containers()) {
      feed(container, view, nowNanos);
      containers.put(container.id(), outlook(container, nowNanos));
    }
    Map<KernelPath, OfFilesystem> filesystems = new LinkedHashMap<>();
    for (BackingFilesystem filesystem : view.filesystems()) {
      filesystems.put(filesystem.mountPoint(), outlook(filesystem, view, containers, nowNanos));
    }
    lastFed = fed;
    return new Outlook(containers, filesystems);
  }

  /** What it held in memory is gone with its last process; its layer stays. */
  private void forgetMemoryOfFormerLives(HostView view, long nowNanos) {
    for (Starts.Start start : starts.changed(view.containers())) {
      KernelPath id = KernelPath.of(start.containerId());
      long ago = Math.max(0, Duration.between(start.at(), view.at()).toNanos());
      // Docker's files tell of a start late: by then the new life may have been measured.
      long since = start.again() ? nowNanos + 1 : nowNanos - ago;
      histories.dropFedBefore(since, key -> isMemoryOf(key, id));
    }
  }

  private static boolean isMemoryOf(SeriesKey key, KernelPath containerId) {
    return switch (key.kind()) {
      case TMPFS, HEADROOM -> key.owner().equals(containerId);
      case LAYER, FILESYSTEM -> false;
    };
  }

  private void feed(ContainerView container, HostView view, long nowNanos) {
    String id = container.id();
    if (container.layer() instanceof Reading.Present<LayerUsage>(LayerUsage usage)
        && layerTimes.isNew(id, usage.measuredAt())) {
      long ago = layerTimes.agoNanos(usage.measuredAt(), view.at());
      refused += histories.add(SeriesKey.layer(id), nowNanos - ago, usage.allocatedBytes()) ? 0 : 1;
    }
    OptionalLong shmem = container.shmemBytes();
    int tmpfs = 0;
    for (TmpfsUsage mount : container.tmpfsRead()) {
      if (mount.isFillable() && tmpfs++ < MOST_MOUNTS) {
        OptionalLong used = mount.usedBytes().isPresent() ? mount.usedBytes() : shmem;
        // Of several that the kernel does not count, one stands for what they hold together.
        shmem = mount.usedBytes().isPresent() ? shmem : OptionalLong.empty();
        SeriesKey key = SeriesKey.tmpfs(id, mount.mountPoint());
        used.ifPresent(bytes -> feed(key, mount, nowNanos, bytes));
      }
    }
    if (container.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk)) {
      Object reading = container.memory().optional().<Object>map(memory -> memory).orElse(risk);
      feed(SeriesKey.headroom(id), reading, nowNanos, -risk.headroomBytes());
    }
  }

  /**
   * A reading is fed once, however often we are called with it: each reading is another object.
   *
   * @param reading what the bytes come from
   */
  @SuppressWarnings("ReferenceEquality")
  private void feed(SeriesKey key, Object reading, long nanos, long bytes) {
    if (lastFed.get(key) == reading || histories.add(key, nanos, bytes)) {
      fed.put(key, reading);
    } else {
      refused++;
    }
  }

  /** Of how many things the last call could keep no history. */
  public int refused() {
    return refused;
  }

  private OfContainer outlook(ContainerView container, long nowNanos) {
    Reading<Trend> layer = histories.trend(SeriesKey.layer(container.id()), nowNanos);
    TmpfsOutlook tmpfs = TmpfsOutlook.of(container, histories, nowNanos);
    Map<KernelPath, OfTmpfs> mounts = new LinkedHashMap<>();
    tmpfs.mounts().forEach(mount -> mounts.put(mount.path(), mount.outlook()));
    return new OfContainer(
        layer.map(Trend::growth), Layers.fullSeconds(container, layer), mounts, tmpfs.oomSeconds());
  }

  private OfFilesystem outlook(
      BackingFilesystem filesystem,
      HostView view,
      Map<String, OfContainer> containers,
      long nowNanos) {
    SeriesKey key = SeriesKey.filesystem(filesystem.mountPoint());
    feed(key, filesystem, nowNanos, filesystem.sizeBytes() - filesystem.availBytes());
    Reading<Trend> used = histories.trend(key, nowNanos);
    OptionalDouble full =
        used.optional()
            .map(trend -> Forecast.secondsUntil((double) filesystem.availBytes(), trend))
            .orElse(OptionalDouble.empty());
    return new OfFilesystem(
        used.map(Trend::growth), full, Layers.shares(filesystem, view, containers, used));
  }
}
