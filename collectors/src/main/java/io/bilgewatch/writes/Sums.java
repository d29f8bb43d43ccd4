package io.bilgewatch.writes;

import io.bilgewatch.overlay.LayerEntry;
import java.time.Instant;

/** What was written at one place. */
final class Sums {
  private long created;
  private long modified;
  private long deleted;
  private long bytes;
  private long copiedUpBytes;
  private long executables;
  private long lastChangeNanos;

  void add(LayerEntry entry) {
    switch (entry.change()) {
      case CREATED, WRITTEN -> created++;
      case MODIFIED -> {
        modified++;
        copiedUpBytes += entry.allocatedBytes();
      }
      case DELETED -> deleted++;
    }
    bytes += entry.allocatedBytes();
    executables += entry.executable() ? 1 : 0;
    lastChangeNanos = Math.max(lastChangeNanos, entry.changedNanos());
  }

  /** Something that is gone again. */
  void addPassing(long changedNanos) {
    lastChangeNanos = Math.max(lastChangeNanos, changedNanos);
  }

  void addDirectory() {
    created++;
  }

  void add(Sums other) {
    created += other.created;
    modified += other.modified;
    deleted += other.deleted;
    bytes += other.bytes;
    copiedUpBytes += other.copiedUpBytes;
    executables += other.executables;
    lastChangeNanos = Math.max(lastChangeNanos, other.lastChangeNanos);
  }

  /** By which of two kinds says more of a place: many bytes, or many entries. */
  long weight() {
    return bytes + 1 + created + modified + deleted;
  }

  Changes changes() {
    return new Changes(
        created,
        modified,
        deleted,
        bytes,
        copiedUpBytes,
        executables,
        Instant.ofEpochSecond(0, lastChangeNanos));
  }
}
