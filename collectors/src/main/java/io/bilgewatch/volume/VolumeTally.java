package io.bilgewatch.volume;

import io.bilgewatch.overlay.LayerEntry;
import io.bilgewatch.overlay.LayerVisitor;
import io.bilgewatch.volume.VolumeUse.Since;
import java.time.Instant;
import java.util.Optional;

/** Counts what a walk tells. */
final class VolumeTally implements LayerVisitor {
  private static final long SECOND = 1_000_000_000;

  private final Instant rootChange;
  private final Optional<Instant> since;
  private final long sinceNanos;
  private long entries;
  private long lastNanos;
  private long changed;
  private long changedBytes;

  /**
   * @param rootChange ctime of the directory that the walk begins in
   */
  VolumeTally(Instant rootChange, Optional<Instant> since) {
    this.rootChange = rootChange;
    this.since = since;
    this.sinceNanos = since.map(VolumeTally::nanos).orElse(Long.MAX_VALUE);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * SECOND + time.getNano();
  }

  @Override
  public void start() {
    entries = 0;
    lastNanos = nanos(rootChange);
    changed = 0;
    changedBytes = 0;
  }

  @Override
  public void enter(byte[] name, boolean ofTheImage, long changedNanos) {
    entries++;
    lastNanos = Math.max(lastNanos, changedNanos);
  }

  @Override
  public void entry(byte[] name, LayerEntry entry) {
    entries++;
    lastNanos = Math.max(lastNanos, entry.changedNanos());
    if (entry.changedNanos() >= sinceNanos) {
      changed++;
      changedBytes += entry.allocatedBytes();
    }
  }

  @Override
  public void leave() {}

  long entries() {
    return entries;
  }

  Instant lastChange() {
    return Instant.ofEpochSecond(0, lastNanos);
  }

  Optional<Since> since() {
    return since.map(time -> new Since(time, changed, changedBytes));
  }
}
