package io.bilgewatch.agent.event;

import java.util.List;
import java.util.Map;

/**
 * What happened on the host, at one moment.
 *
 * @param recent newest first, the history of before the agent's start among them
 * @param last when something happened last, of before the agent's start too
 * @param folded events that were counted as {@code other}, by metric
 * @param skippedLogBytes by container id: what was written faster than its log is read
 * @param unattributed denials, kills and failures that no container or host could be found for
 */
public record Events(
    List<EventCount> counts,
    List<LoggedEvent> recent,
    List<LastEvent> last,
    Map<EventMetric, Long> folded,
    Map<String, Long> skippedLogBytes,
    Map<EventMetric, Long> unattributed,
    List<SourceStatus> sources) {

  public static final Events NONE =
      new Events(List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of(), List.of());

  public Events {
    counts = List.copyOf(counts);
    recent = List.copyOf(recent);
    last = List.copyOf(last);
    folded = Map.copyOf(folded);
    skippedLogBytes = Map.copyOf(skippedLogBytes);
    unattributed = Map.copyOf(unattributed);
    sources = List.copyOf(sources);
  }
}
