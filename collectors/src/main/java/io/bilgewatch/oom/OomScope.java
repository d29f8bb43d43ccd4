package io.bilgewatch.oom;

/** Whose memory had run out. */
public enum OomScope {
  /** A memory cgroup's limit was hit. */
  CGROUP,
  /** The host's own, or that of the nodes which a task may use. */
  HOST,
  /** Not told, or lost. */
  UNKNOWN
}
