package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsResult;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.tmpfs.WatchedTmpfs;
import java.util.ArrayList;
import java.util.List;

/**
 * The tmpfs mounts of one container, asked again and again. Where they say what they said before,
 * the answer is the very same object. Read by one thread at a time.
 */
final class ContainerTmpfs {
  private final WatchedTmpfs watched;
  private final int mounts;
  private final int read;
  private List<TmpfsResult> results;
  private volatile Reading<TmpfsRead> last;
  private long askedNanos;

  /**
   * @param mounts how many there are
   * @param read how many of them are looked at
   */
  ContainerTmpfs(WatchedTmpfs watched, int mounts, int read) {
    this.watched = watched;
    this.mounts = mounts;
    this.read = read;
  }

  /** Whether this answer is its last, and not older than that. */
  @SuppressWarnings("ReferenceEquality")
  boolean isAskedWithin(long nanos, Reading<TmpfsRead> answer, long now) {
    return answer == last && now - askedNanos < nanos;
  }

  /** When it was asked last. */
  long askedNanos() {
    return askedNanos;
  }

  /** Notes that it is asked now. */
  void asked(long now) {
    askedNanos = now;
  }

  @SuppressWarnings("ReferenceEquality")
  Reading<TmpfsRead> read() {
    List<TmpfsResult> found = watched.read();
    if (found != results || last == null) {
      results = found;
      last = Reading.of(put(found));
    }
    return last;
  }

  private TmpfsRead put(List<TmpfsResult> found) {
    List<Reading<TmpfsUsage>> usages = new ArrayList<>(mounts);
    boolean stale = false;
    for (TmpfsResult result : found) {
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
