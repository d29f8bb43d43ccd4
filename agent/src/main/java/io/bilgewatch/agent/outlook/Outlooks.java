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
import io.bilgewatch.cgroup.MemoryUsage;
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

  private final Map<String, ContainerSeries> containerSeries = new HashMap<>();
  private final Map<KernelPath, ContainerSeries.Slot> filesystemSeries = new HashMap<>();
  private long round;
  private int refused;
  private final Starts starts = new Starts();
  private final LayerTimes layerTimes = new LayerTimes();

  public Outlooks(Histories histories) {
    this.histories = histories;
  }

  /** As below, where a reading that is the very same object is the same measurement. */
  public Outlook next(HostView view, long nowNanos) {
    return next(view, nowNanos, Fresh.UNKNOWN);
  }

  /**
   * The outlook at a view that is newer than the one before.
   *
   * @param nowNanos by the monotonic clock of the histories
   */
  public Outlook next(HostView view, long nowNanos, Fresh fresh) {
    round++;
    refused = 0;
    forgetMemoryOfFormerLives(view, nowNanos);
    forgetAllBut(view);
    Map<String, OfContainer> containers = LinkedHashMap.newLinkedHashMap(view.containers().size());
    for (ContainerView container : view.containers()) {
      ContainerSeries series =
          containerSeries.computeIfAbsent(container.id(), ContainerSeries::new);
      feed(container, series, view, nowNanos, fresh);
      containers.put(container.id(), outlook(container, series, nowNanos));
    }
    Map<KernelPath, OfFilesystem> filesystems = new LinkedHashMap<>();
    for (BackingFilesystem filesystem : view.filesystems()) {
      filesystems.put(filesystem.mountPoint(), outlook(filesystem, view, containers, nowNanos));
    }
    return new Outlook(containers, filesystems);
  }

  private void forgetAllBut(HostView view) {
    layerTimes.forgetAllBut(view.containers());
    if (containerSeries.size() > view.containers().size()) {
      containerSeries
          .keySet()
          .retainAll(view.containers().stream().map(ContainerView::id).toList());
    }
    if (filesystemSeries.size() > view.filesystems().size()) {
      filesystemSeries
          .keySet()
          .retainAll(view.filesystems().stream().map(BackingFilesystem::mountPoint).toList());
    }
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

  private void feed(
      ContainerView container, ContainerSeries series, HostView view, long nowNanos, Fresh fresh) {
    if (container.layer() instanceof Reading.Present<LayerUsage>(LayerUsage usage)
        && layerTimes.isNew(container.id(), usage.measuredAt())) {
      long ago = layerTimes.agoNanos(usage.measuredAt(), view.at());
      refused +=
          histories.add(series.layer().key(), nowNanos - ago, usage.allocatedBytes()) ? 0 : 1;
    }
    OptionalLong shmem = container.shmemBytes();
    int tmpfs = 0;
    for (TmpfsUsage mount : container.tmpfsRead()) {
      if (mount.isFillable() && tmpfs++ < MOST_MOUNTS) {
        OptionalLong used = mount.usedBytes().isPresent() ? mount.usedBytes() : shmem;
        // Of several that the kernel does not count, one stands for what they hold together.
        shmem = mount.usedBytes().isPresent() ? shmem : OptionalLong.empty();
        if (used.isPresent()) {
          feed(series.tmpfs(mount.mountPoint()), mount, fresh.tmpfs(), nowNanos, used.getAsLong());
        }
      }
    }
    series.bound(MOST_MOUNTS, round);
    if (container.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk)) {
      Object reading =
          container.memory() instanceof Reading.Present<MemoryUsage>(MemoryUsage memory)
              ? memory
              : risk;
      feed(series.headroom(), reading, fresh.memory(), nowNanos, -risk.headroomBytes());
    }
  }

  /**
   * A reading is fed once, however often we are called with it.
   *
   * @param reading what the bytes come from
   * @param fresh whether it was taken since the last call, even if it is the same object
   */
  private void feed(
      ContainerSeries.Slot slot, Object reading, boolean fresh, long nanos, long bytes) {
    boolean fed = !fresh && slot.isFedWith(reading, round);
    if (fed || histories.add(slot.key(), nanos, bytes)) {
      slot.fedWith(reading, round);
    } else {
      refused++;
    }
  }

  /** Of how many things the last call could keep no history. */
  public int refused() {
    return refused;
  }

  private OfContainer outlook(ContainerView container, ContainerSeries series, long nowNanos) {
    Reading<Trend> layer = histories.trend(series.layer().key(), nowNanos);
    TmpfsOutlook tmpfs = TmpfsOutlook.of(container, series, histories, nowNanos);
    Map<KernelPath, OfTmpfs> mounts = HashMap.newHashMap(tmpfs.mounts().size());
    for (TmpfsOutlook.Mount mount : tmpfs.mounts()) {
      mounts.put(mount.path(), mount.outlook());
    }
    return new OfContainer(
        layer.map(Trend::growth), Layers.fullSeconds(container, layer), mounts, tmpfs.oomSeconds());
  }

  private OfFilesystem outlook(
      BackingFilesystem filesystem,
      HostView view,
      Map<String, OfContainer> containers,
      long nowNanos) {
    ContainerSeries.Slot slot =
        filesystemSeries.computeIfAbsent(
            filesystem.mountPoint(),
            point -> new ContainerSeries.Slot(SeriesKey.filesystem(point)));
    feed(slot, filesystem, false, nowNanos, filesystem.sizeBytes() - filesystem.availBytes());
    Reading<Trend> used = histories.trend(slot.key(), nowNanos);
    OptionalDouble full =
        used.optional()
            .map(trend -> Forecast.secondsUntil((double) filesystem.availBytes(), trend))
            .orElse(OptionalDouble.empty());
    return new OfFilesystem(
        used.map(Trend::growth), full, Layers.shares(filesystem, view, containers, used));
  }
}
