package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;

/**
 * A container's tmpfs mounts.
 *
 * @param stale whether a mount is not where the mount table says, so that the table is to be read
 *     anew
 */
record TmpfsRead(List<Reading<TmpfsUsage>> mounts, boolean stale) {
  TmpfsRead {
    mounts = List.copyOf(mounts);
  }

  /** Whether each mount was there and could be read. */
  boolean isWhole() {
    for (Reading<TmpfsUsage> mount : mounts) {
      if (!mount.isPresent()) {
        return false;
      }
    }
    return !stale;
  }
}
