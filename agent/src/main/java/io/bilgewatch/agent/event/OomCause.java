package io.bilgewatch.agent.event;

import java.util.Locale;

/** What filled the memory that an OOM kill made room in. */
public enum OomCause {
  /** tmpfs and shared memory held more than half of what was charged. */
  TMPFS,
  /** Anything else, and what can't be told. */
  MEMORY;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
