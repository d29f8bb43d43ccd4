package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.risk.Forecast;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook.OfContainer;
import io.bilgewatch.agent.view.Outlook.Share;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Forecasts of writable layers, and their part in the growth of the file system below them. */
final class Layers {
  private Layers() {}

  /** Until the quota is reached; empty where there is none. */
  static OptionalDouble fullSeconds(ContainerView container, Reading<Trend> trend) {
    Optional<LayerUsage.Quota> quota = container.quota().optional();
    if (quota.isEmpty() || !(trend instanceof Reading.Present<Trend>(Trend known))) {
      return OptionalDouble.empty();
    }
    long used =
        quota
            .get()
            .usedBytes()
            .orElseGet(
                () -> container.layer().optional().map(LayerUsage::allocatedBytes).orElse(0L));
    return Forecast.secondsUntil((double) quota.get().limitBytes() - used, known);
  }

  /** The growing layers on a file system that grows, largest part first. */
  static List<Share> shares(
      BackingFilesystem filesystem,
      HostView view,
      Map<String, OfContainer> outlooks,
      Reading<Trend> used) {
    Optional<Growth> whole = used.optional().map(Trend::growth).filter(Growth::isGrowing);
    if (whole.isEmpty()) {
      return List.of();
    }
    List<Share> shares = new ArrayList<>();
    for (ContainerView container : view.containers()) {
      Optional<Growth> layer = outlooks.get(container.id()).layer().optional();
      if (liesOn(container, filesystem, view) && layer.filter(Growth::isGrowing).isPresent()) {
        double slope = layer.get().bytesPerSecond();
        double ratio = Math.min(1, slope / whole.get().bytesPerSecond());
        shares.add(new Share(container.name(), container.id(), slope, ratio));
      }
    }
    shares.sort(Comparator.comparingDouble(Share::bytesPerSecond).reversed());
    return shares;
  }

  private static boolean liesOn(
      ContainerView container, BackingFilesystem filesystem, HostView view) {
    return view.filesystemUnder(container)
        .map(BackingFilesystem::mountPoint)
        .filter(filesystem.mountPoint()::equals)
        .isPresent();
  }
}
