package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tmpfs of a container holds most, also of one that has just gone. A kill may come before a
 * filling tmpfs was looked at: where nothing is held by any, and there is only one, it is that one.
 */
final class FullestTmpfs {
  private static final int MOST_CONTAINERS = 4_096;

  private Map<String, Reading<List<Reading<TmpfsUsage>>>> learnt = Map.of();
  private final Map<String, String> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST_CONTAINERS;
        }
      };

  /** Readings that are the very same map say nothing new. */
  @SuppressWarnings("ReferenceEquality")
  void learn(Map<String, Reading<List<Reading<TmpfsUsage>>>> readings) {
    if (readings == learnt) {
      return;
    }
    learnt = readings;
    readings.forEach((id, reading) ->
        reading.optional().flatMap(FullestTmpfs::fullest).ifPresent(path -> known.put(id, path)));
  }

  private static Optional<String> fullest(List<Reading<TmpfsUsage>> mounts) {
    List<TmpfsUsage> own =
        mounts.stream()
            .flatMap(mount -> mount.optional().stream())
            .filter(TmpfsUsage::isFillable)
            .toList();
    return own.stream()
        .filter(usage -> own.size() == 1 || usage.usedBytes().orElse(0) > 0)
        .max(Comparator.comparingLong(usage -> usage.usedBytes().orElse(0)))
        .map(usage -> usage.mountPoint().toString());
  }

  Optional<String> of(String containerId) {
    return Optional.ofNullable(known.get(containerId));
  }
}
