package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tmpfs of a container holds most, also of one that has just gone. A kill may come before a
 * filling tmpfs was looked at: where nothing is held by any, and there is only one, it is that one.
 */
final class FullestTmpfs {
  private static final int MOST_GONE = 512;

  private Map<String, Reading<List<Reading<TmpfsUsage>>>> learnt = Map.of();

  /** The one that is gone for the longest first. */
  private final Map<String, KernelPath> known = new LinkedHashMap<>(16, 0.75f, true);

  /** Readings that are the very same map say nothing new. */
  @SuppressWarnings("ReferenceEquality")
  void learn(Map<String, Reading<List<Reading<TmpfsUsage>>>> readings) {
    if (readings == learnt) {
      return;
    }
    learnt = readings;
    readings.forEach((id, reading) ->
        reading.optional().flatMap(FullestTmpfs::fullest).ifPresent(path -> known.put(id, path)));
    Iterator<String> eldest = known.keySet().iterator();
    for (int gone = known.size() - readings.size() - MOST_GONE; gone > 0; gone--) {
      eldest.next();
      eldest.remove();
    }
  }

  private static Optional<KernelPath> fullest(List<Reading<TmpfsUsage>> mounts) {
    List<TmpfsUsage> own =
        mounts.stream()
            .flatMap(mount -> mount.optional().stream())
            .filter(TmpfsUsage::isFillable)
            .toList();
    return own.stream()
        .filter(usage -> own.size() == 1 || usage.usedBytes().orElse(0) > 0)
        .max(Comparator.comparingLong(usage -> usage.usedBytes().orElse(0)))
        .map(TmpfsUsage::mountPoint);
  }

  Optional<String> of(String containerId) {
    return Optional.ofNullable(known.get(containerId)).map(KernelPath::toString);
  }
}
