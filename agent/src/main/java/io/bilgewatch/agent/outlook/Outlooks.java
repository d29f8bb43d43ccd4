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

/**
 * Feeds the histories from one view after another, and says where things are going. One thread
 * calls; the histories may be saved by another meanwhile.
 */
public final class Outlooks {
  private final Histories histories;
  private final Map<KernelPath, BackingFilesystem> fedFilesystems = new HashMap<>();
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
      histories.add(SeriesKey.layer(id), nowNanos - ago, usage.allocatedBytes());
    }
    for (TmpfsUsage mount : container.tmpfsRead()) {
      if (TmpfsOutlook.isWatched(mount)) {
        SeriesKey key = SeriesKey.tmpfs(id, mount.mountPoint());
        mount.usedBytes().ifPresent(used -> histories.add(key, nowNanos, used));
      }
    }
    if (container.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk)) {
      histories.add(SeriesKey.headroom(id), nowNanos, -risk.headroomBytes());
    }
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
    if (isNew(filesystem)) {
      histories.add(key, nowNanos, filesystem.sizeBytes() - filesystem.availBytes());
    }
    Reading<Trend> used = histories.trend(key, nowNanos);
    OptionalDouble full =
        used.optional()
            .map(trend -> Forecast.secondsUntil((double) filesystem.availBytes(), trend))
            .orElse(OptionalDouble.empty());
    return new OfFilesystem(
        used.map(Trend::growth), full, Layers.shares(filesystem, view, containers, used));
  }

  /** It is read less often than we are called, and each time is another object. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isNew(BackingFilesystem filesystem) {
    return fedFilesystems.put(filesystem.mountPoint(), filesystem) != filesystem;
  }
}
