package io.bilgewatch.overlay;

import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.overlay.LayerUsage.Changes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Running sums of one walk. Space and inodes count a hard link once, entries count every name. */
final class Tally {
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
    InodeSet.Added added = stat.links() > 1 ? seen.add(stat.inode()) : InodeSet.Added.NEW;
    if (added == InodeSet.Added.NEW) {
      inodes++;
      allocatedBytes += stat.allocatedBytes();
      apparentBytes += stat.size();
    }
    return added;
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
