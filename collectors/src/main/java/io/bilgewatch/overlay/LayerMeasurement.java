package io.bilgewatch.overlay;

import java.util.Objects;
import java.util.Optional;

/**
 * What a walk found, and what it cost.
 *
 * @param shortfall the first reason for which the usage is not complete; empty where it is
 * @param entriesRead directory entries that were looked at, those of abandoned attempts included
 */
public record LayerMeasurement(LayerUsage usage, Optional<Shortfall> shortfall, long entriesRead) {
  public LayerMeasurement {
    Objects.requireNonNull(usage, "usage");
    if (usage.complete() == shortfall.isPresent()) {
      throw new IllegalArgumentException("complete, with a shortfall: " + shortfall);
    }
  }
}
