package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.risk.Forecast;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.risk.Trend;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Outlook.OfTmpfs;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where the tmpfs mounts of one container are going: to ENOSPC, or to the OOM kill before that.
 *
 * @param mounts those that it can write to
 */
record TmpfsOutlook(List<Mount> mounts, OptionalDouble oomSeconds) {

  /** Of the rate: what is less does not carry the forecast. */
  private static final double LEAST_PART = 0.1;

  /** One mount; its room is infinite where nobody bounded it. */
  record Mount(KernelPath path, double room, Reading<Trend> trend) {
    OfTmpfs outlook() {
      return new OfTmpfs(
          trend.map(Trend::growth),
          trend instanceof Reading.Present<Trend>(Trend known)
              ? Forecast.secondsUntil(room, known)
              : OptionalDouble.empty());
    }

    Optional<Growth> growing() {
      return trend instanceof Reading.Present<Trend>(Trend known) && known.growth().isGrowing()
          ? Optional.of(known.growth())
          : Optional.empty();
    }
  }

  /** What memory is consumed at is only asked where it matters: that is a look at a history. */
  static TmpfsOutlook of(
      ContainerView container, ContainerSeries series, Histories histories, long nowNanos) {
    List<Mount> mounts = new ArrayList<>();
    boolean grows = false;
    for (TmpfsUsage usage : container.tmpfsRead()) {
      if (usage.isFillable()) {
        SeriesKey key = series.tmpfs(usage.mountPoint()).key();
        Mount mount =
            new Mount(usage.mountPoint(), usage.roomBytes(), histories.trend(key, nowNanos));
        grows |= mount.growing().isPresent();
        mounts.add(mount);
      }
    }
    OptionalDouble oomSeconds =
        grows && container.risk() instanceof Reading.Present<TmpfsRisk>(TmpfsRisk risk)
            ? oomSeconds(mounts, risk, histories.growth(series.headroom().key(), nowNanos))
            : OptionalDouble.empty();
    return new TmpfsOutlook(mounts, oomSeconds);
  }

  /**
   * Until memory is used up, where that comes before the growing mounts are full. Memory goes as
   * fast as they grow, or faster where the container takes more besides.
   */
  static OptionalDouble oomSeconds(
      List<Mount> mounts, TmpfsRisk risk, Reading<Growth> consumption) {
    double rate = 0;
    double room = 0;
    for (Mount mount : mounts) {
      Optional<Growth> growing = mount.growing();
      if (growing.isPresent()) {
        rate += growing.get().bytesPerSecond();
        room += mount.room();
      }
    }
    if (rate <= 0 || room <= risk.headroomBytes()) {
      return OptionalDouble.empty();
    }
    double taken =
        consumption.optional().filter(Growth::isGrowing).map(Growth::bytesPerSecond).orElse(0.0);
    boolean mostlyTmpfs = rate >= taken / 2;
    return Forecast.within(
        risk.headroomBytes() / (mostlyTmpfs ? Math.max(rate, taken) : rate),
        evidence(mounts, rate));
  }

  /** A fast start-up must not borrow the long past of a slow leak beside it. */
  private static Duration evidence(List<Mount> mounts, double rate) {
    return mounts.stream()
        .flatMap(mount -> mount.growing().stream())
        .filter(growth -> growth.bytesPerSecond() >= LEAST_PART * rate)
        .map(Growth::evidence)
        .min(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }
}
