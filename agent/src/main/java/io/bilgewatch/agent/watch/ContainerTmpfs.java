package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsResult;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.tmpfs.WatchedTmpfs;
import java.util.ArrayList;
import java.util.List;

/**
 * The tmpfs mounts of one container, asked each second. Where they say what they said before, the
 * answer is the very same object. Not for several threads at once.
 */
final class ContainerTmpfs {
  private final WatchedTmpfs watched;
  private final int mounts;
  private final int read;
  private List<TmpfsResult> results;
  private Reading<TmpfsRead> last;

  /**
   * @param mounts how many there are
   * @param read how many of them are looked at
   */
  ContainerTmpfs(WatchedTmpfs watched, int mounts, int read) {
    this.watched = watched;
    this.mounts = mounts;
    this.read = read;
  }

  @SuppressWarnings("ReferenceEquality")
  Reading<TmpfsRead> read() {
    List<TmpfsResult> now = watched.read();
    if (now != results || last == null) {
      results = now;
      last = Reading.of(put(now));
    }
    return last;
  }

  private TmpfsRead put(List<TmpfsResult> now) {
    List<Reading<TmpfsUsage>> usages = new ArrayList<>(mounts);
    boolean stale = false;
    for (TmpfsResult result : now) {
      switch (result) {
        case TmpfsResult.Measured(_, Reading<TmpfsUsage> usage) -> usages.add(usage);
        case TmpfsResult.Moved(_, String detail) -> {
          stale = true;
          // The table is read again at once; what is still elsewhere then can't be told.
          usages.add(Reading.missing(Reading.Cause.FAILED, detail));
        }
      }
    }
    for (int i = read; i < mounts; i++) {
      usages.add(Reading.missing(Reading.Cause.FAILED, tooMany()));
    }
    return new TmpfsRead(usages, stale);
  }

  private String tooMany() {
    return "%d tmpfs mounts; only the first %d are read".formatted(mounts, read);
  }
}
