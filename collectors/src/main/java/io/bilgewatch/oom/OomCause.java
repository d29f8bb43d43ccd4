package io.bilgewatch.oom;

/** What held the memory at an OOM kill. */
public enum OomCause {
  /** More than half of what was charged was tmpfs or other shared memory. */
  TMPFS,
  MEMORY;

  public static OomCause of(long shmemBytes, long chargedBytes) {
    return shmemBytes > chargedBytes / 2 ? TMPFS : MEMORY;
  }
}
