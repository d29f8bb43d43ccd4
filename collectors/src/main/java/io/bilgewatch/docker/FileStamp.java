package io.bilgewatch.docker;

import io.bilgewatch.libc.Statx;
import java.time.Duration;
import java.time.Instant;

/**
 * What tells that a file or a directory is the one that was looked at, and was not written to
 * since: of a directory, that nothing in it came or went.
 *
 * @param changedNanos the inode's ctime since 1970, which nobody can set
 */
record FileStamp(
    int deviceMajor,
    int deviceMinor,
    long inode,
    long sizeBytes,
    long modifiedNanos,
    long changedNanos) {
  /** That of no file. */
  static final FileStamp NONE = new FileStamp(-1, -1, -1, -1, 0, 0);

  /**
   * Coarser than any file system's clock. What changed just now can change once more within a tick
   * of that clock and look the same.
   */
  private static final Duration TICK = Duration.ofMillis(100);

  /** A directory that is what it was is listed again after so long, whatever its stamp says. */
  static final Duration REST = Duration.ofMinutes(1);

  private static final long NANOS_A_SECOND = 1_000_000_000L;

  /** That of a file that was looked at now; {@link #NONE} where it changed just now. */
  static FileStamp settled(Statx statx, Instant now) {
    FileStamp stamp =
        new FileStamp(
            statx.deviceMajor(),
            statx.deviceMinor(),
            statx.inode(),
            statx.sizeBytes(),
            statx.modifiedNanos(),
            statx.changedNanos());
    long nowNanos = now.getEpochSecond() * NANOS_A_SECOND + now.getNano();
    return isJustNow(stamp.modifiedNanos, nowNanos) || isJustNow(stamp.changedNanos, nowNanos)
        ? NONE
        : stamp;
  }

  private static boolean isJustNow(long nanos, long nowNanos) {
    return Math.abs(nowNanos - nanos) < TICK.toNanos();
  }

  /** Whether this is what was looked at; makes no garbage. */
  boolean isOf(Statx statx) {
    return inode == statx.inode()
        && changedNanos == statx.changedNanos()
        && modifiedNanos == statx.modifiedNanos()
        && sizeBytes == statx.sizeBytes()
        && deviceMinor == statx.deviceMinor()
        && deviceMajor == statx.deviceMajor();
  }
}
