package io.bilgewatch.agent.risk;

import java.util.Objects;

/**
 * A growth, and how far above its present value the thing swings on its way.
 *
 * @param swingBytes what its noise or its teeth add to where it is now; 0 for plain growth
 */
public record Trend(Growth growth, long swingBytes) {
  public Trend {
    Objects.requireNonNull(growth, "growth");
    if (swingBytes < 0) {
      throw new IllegalArgumentException("swing of " + swingBytes);
    }
  }
}
