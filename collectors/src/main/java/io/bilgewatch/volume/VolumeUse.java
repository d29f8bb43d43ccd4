package io.bilgewatch.volume;

import io.bilgewatch.overlay.LayerUsage.DirectoryUsage;
import io.bilgewatch.overlay.Shortfall;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a volume or a bind of a container holds, without what is mounted below it.
 *
 * @param bytes allocated (512-byte blocks times 512), its own directory included, a hard link once:
 *     {@code du -sx -B1}
 * @param entries names below it, those of directories too; 1 where it is a file itself
 * @param lastChange the latest ctime, also of a directory that something was removed from
 * @param since what changed after a moment; empty where nobody asked for one
 * @param largest directories as the container names them, largest first, at most ten, none the
 *     ancestor of another
 * @param shortfall why the figures are lower bounds; empty where they are not
 */
public record VolumeUse(
    long bytes,
    long entries,
    Instant lastChange,
    Optional<Since> since,
    List<DirectoryUsage> largest,
    Optional<Shortfall> shortfall) {

  public VolumeUse {
    largest = List.copyOf(largest);
  }

  /**
   * What changed, as far as it is still there.
   *
   * @param entries that are no directory, by their ctime
   * @param bytes allocated to those; what of it is new is not known
   */
  public record Since(Instant time, long entries, long bytes) {}

  public boolean isComplete() {
    return shortfall.isEmpty();
  }
}
