package io.bilgewatch.agent.view;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * How a collector's last run went.
 *
 * @param detail for people; empty where all is well
 * @param cpu spent since the agent's start
 */
public record CollectorStatus(
    String name,
    Outcome outcome,
    String detail,
    Duration lastDuration,
    Duration cpu,
    Optional<Instant> lastSuccess) {

  /** Unsupported is not failed: this host does not have it. */
  public enum Outcome {
    PENDING,
    COLLECTED,
    UNSUPPORTED,
    FAILED,
    STUCK;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
