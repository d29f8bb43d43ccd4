package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a writable layer (overlay upperdir).
 *
 * @param allocatedBytes 512-byte blocks times 512, a hard link once: {@code du -s -B1}
 * @param apparentBytes sizes of what is not a directory, a hard link once: {@code docker ps -s}
 * @param inodes as {@code du --inodes} counts: the upperdir itself included, a hard link once
 * @param changes empty where the overlay's attributes can't be read (no CAP_SYS_ADMIN)
 * @param deletedEntries whiteouts, plus opaque directories' worth where known
 * @param executables regular files with an execute bit that the image did not bring or that were
 *     modified
 * @param largest directories, largest first, at most ten, none the ancestor of another
 * @param measuredAt when the figures were true, as far as writes and directories tell
 * @param readAt when the last reading of every file began
 * @param told whether the kernel tells of writes, so that the figures follow them
 * @param cpu what the last reading of every file cost
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
    Instant readAt,
    boolean told,
    Duration cpu,
    boolean complete) {

  public LayerUsage {
    largest = List.copyOf(largest);
  }

  /** The same without the names of directories. */
  public LayerUsage withoutPaths() {
    return new LayerUsage(
        allocatedBytes,
        apparentBytes,
        inodes,
        changes,
        deletedEntries,
        executables,
        List.of(),
        measuredAt,
        readAt,
        told,
        cpu,
        complete);
  }

  /** Entries that are new, and entries of the image that were copied up. */
  public record Changes(long created, long modified) {}

  /** A directory and all that is allocated below it; the path is as the container sees it. */
  public record DirectoryUsage(KernelPath path, long allocatedBytes) {}

  /** The quota of a layer where one is set, and what is used of it by the kernel's own count. */
  public record Quota(long limitBytes, OptionalLong usedBytes) {}
}
