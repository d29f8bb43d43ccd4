package io.bilgewatch.overlay;

import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.overlay.LayerUsage.Changes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Running sums of one walk. Space and inodes count a hard link once, entries count every name. */
final class Tally {
  /** Keeps two devices' inodes apart (Fibonacci hashing). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final InodeSet seen;
  private long allocatedBytes;
  private long apparentBytes;
  private long inodes;
  private long created;
  private long modified;
  private long deleted;
  private long executables;

  Tally(InodeSet seen) {
    this.seen = seen;
  }

  void addDirectory(StatxBuffer stat) {
    inodes++;
    allocatedBytes += stat.allocatedBytes();
  }

  /** Adds what is no directory, unless another of its names was seen. */
  InodeSet.Added addInode(StatxBuffer stat) {
    InodeSet.Added added = stat.links() > 1 ? seen.add(identity(stat)) : InodeSet.Added.NEW;
    if (added == InodeSet.Added.NEW) {
      inodes++;
      allocatedBytes += stat.allocatedBytes();
      apparentBytes += stat.size();
    }
    return added;
  }

  /** Of an inode; there may be several devices below one mount, as with btrfs. */
  private static long identity(StatxBuffer stat) {
    return stat.inode() ^ stat.device() * SPREAD;
  }

  void countChange(boolean ofTheImage) {
    if (ofTheImage) {
      modified++;
    } else {
      created++;
    }
  }

  void countDeleted() {
    deleted++;
  }

  void countExecutable() {
    executables++;
  }

  LayerUsage usage(
      boolean changesKnown,
      List<LayerUsage.DirectoryUsage> largest,
      Instant measuredAt,
      Duration cpu,
      boolean complete) {
    Optional<Changes> changes =
        changesKnown ? Optional.of(new Changes(created, modified)) : Optional.empty();
    return new LayerUsage(
        allocatedBytes,
        apparentBytes,
        inodes,
        changes,
        deleted,
        executables,
        largest,
        measuredAt,
        measuredAt,
        false,
        cpu,
        complete);
  }
}
