package io.bilgewatch.oom;

import java.util.OptionalLong;

/** What an account told so far of shared memory, in any of the forms that it comes in. */
final class DumpedStats {
  private boolean begun;
  private OptionalLong shmem = OptionalLong.empty();
  private OptionalLong totalShmem = OptionalLong.empty();

  void add(OomLine.StatsOf heading) {
    begun = true;
  }

  /** Such lines count behind their heading alone: anybody's record might look like one. */
  void add(OomLine.Stats found) {
    if (begun) {
      shmem = shmem.isPresent() ? shmem : found.shmemBytes();
      totalShmem = totalShmem.isPresent() ? totalShmem : found.totalShmemBytes();
    }
  }

  /** One cgroup of several: they add up, unless one of them does not tell. */
  void add(OomLine.StatsOfOne found) {
    OptionalLong more = found.shmemBytes();
    if (!begun) {
      shmem = more;
    } else if (more.isPresent() && shmem.isPresent()) {
      shmem = OptionalLong.of(shmem.getAsLong() + more.getAsLong());
    } else {
      shmem = OptionalLong.empty();
    }
    begun = true;
  }

  /** Of the whole subtree. */
  OptionalLong shmemBytes() {
    return totalShmem.isPresent() ? totalShmem : shmem;
  }
}
