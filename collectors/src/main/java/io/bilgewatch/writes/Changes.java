package io.bilgewatch.writes;

import java.time.Instant;

/**
 * What was written at a place of a layer.
 *
 * @param created new names, or written ones where the overlay's attributes can't be read
 * @param modified names of the image whose file was copied up
 * @param deleted names of the image that are hidden
 * @param bytes allocated, a hard link once
 * @param copiedUpBytes of the modified ones: what a change of their least byte took
 * @param executables regular files with an execute bit
 * @param lastChange the latest ctime; 1970 where only directories are there
 */
public record Changes(
    long created,
    long modified,
    long deleted,
    long bytes,
    long copiedUpBytes,
    long executables,
    Instant lastChange) {

  /** Whether all that was written is gone again: the directory is all that tells of it. */
  public boolean isPassing() {
    return created + modified + deleted == 0;
  }
}
