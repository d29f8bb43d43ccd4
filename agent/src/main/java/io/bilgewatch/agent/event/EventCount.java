package io.bilgewatch.agent.event;

import java.util.List;

/**
 * How often something happened since the agent's start.
 *
 * @param container its name; empty for the host
 * @param containerId in full; empty for the host
 * @param labels values of the metric's own labels, in their order
 */
public record EventCount(
    EventMetric metric, String container, String containerId, List<String> labels, long value) {
  public EventCount {
    labels = List.copyOf(labels);
  }
}
