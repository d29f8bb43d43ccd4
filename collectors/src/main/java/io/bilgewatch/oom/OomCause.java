package io.bilgewatch.oom;

import java.util.Locale;

/** What held the memory at an OOM kill. */
public enum OomCause {
  /** More than half of what was charged was tmpfs or other shared memory. */
  TMPFS,
  /** Anything else, and what can't be told. */
  MEMORY;

  /** As metrics name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static OomCause of(long shmemBytes, long chargedBytes) {
    return shmemBytes > chargedBytes / 2 ? TMPFS : MEMORY;
  }
}
