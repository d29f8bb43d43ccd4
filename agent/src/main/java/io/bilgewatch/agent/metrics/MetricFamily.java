package io.bilgewatch.agent.metrics;

import java.util.List;
import java.util.Locale;

/**
 * One metric of the public contract.
 *
 * @param name as it is scraped, with {@code _total} and {@code _info}
 * @param help where the value comes from and, where it is cached, for how long
 */
record MetricFamily(String name, Type type, List<String> labels, String help) {

  enum Type {
    GAUGE,
    COUNTER,
    INFO;

    /** Its name in OpenMetrics. */
    String openMetrics() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  MetricFamily {
    labels = List.copyOf(labels);
  }

  /** Whether a container decides how many series there are. */
  boolean isChosenByContainers() {
    return labels.contains("path");
  }

  /** The name without the suffix that the exposition format adds. */
  String baseName() {
    return switch (type) {
      case GAUGE -> name;
      case COUNTER -> name.substring(0, name.length() - "_total".length());
      case INFO -> name.substring(0, name.length() - "_info".length());
    };
  }
}
