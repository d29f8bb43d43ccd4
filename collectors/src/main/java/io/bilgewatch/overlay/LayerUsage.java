package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one full measurement of a writable layer (overlay upperdir) found.
 *
 * @param allocatedBytes 512-byte blocks times 512, a hard link once: {@code du -s -B1}
 * @param apparentBytes sizes of what is not a directory, a hard link once: {@code docker ps -s}
 * @param inodes as {@code du --inodes} counts: the upperdir itself included, a hard link once
 * @param changes empty where the overlay's attributes can't be read (no CAP_SYS_ADMIN)
 * @param deletedEntries whiteouts, plus opaque directories' worth where known
 * @param executables regular files with an execute bit that the image did not bring or that were
 *     modified
 * @param largest directories, largest first, at most ten, none the ancestor of another
 * @param measuredAt when the figures were true: the walk's start
 * @param cpu what the walk cost
 * @param complete false where the walk gave up part of the tree; then the figures are lower bounds
 *     and are not to be exported
 */
public record LayerUsage(
    long allocatedBytes,
    long apparentBytes,
    long inodes,
    Optional<Changes> changes,
    long deletedEntries,
    long executables,
    List<DirectoryUsage> largest,
    Instant measuredAt,
    Duration cpu,
    boolean complete) {

  public LayerUsage {
    largest = List.copyOf(largest);
  }

  /** Entries that are new, and entries of the image that were copied up. */
  public record Changes(long created, long modified) {}

  /** A directory and all that is allocated below it; the path is as the container sees it. */
  public record DirectoryUsage(KernelPath path, long allocatedBytes) {}

  /** The quota of a layer where one is set, and what is used of it by the kernel's own count. */
  public record Quota(long limitBytes, OptionalLong usedBytes) {}
}
