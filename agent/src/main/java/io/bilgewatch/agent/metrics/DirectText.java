package io.bilgewatch.agent.metrics;

import java.io.IOException;
import java.io.OutputStream;

/** Metrics that write themselves as text: many samples, without an object for each. */
public interface DirectText {

  /** The text formats: 0.0.4 of Prometheus, and OpenMetrics 1.0. */
  enum Dialect {
    PROMETHEUS,
    OPEN_METRICS
  }

  /** No metrics at all. */
  static DirectText none() {
    return new DirectText() {
      @Override
      public boolean covers(String name) {
        return false;
      }

      @Override
      public void writeTo(OutputStream out, Dialect dialect) {}
    };
  }

  /** Whether a metric, named without {@code _total} or {@code _info}, is among them. */
  boolean covers(String name);

  /** Writes them all, in OpenMetrics without the end mark. */
  void writeTo(OutputStream out, Dialect dialect) throws IOException;
}
