package io.bilgewatch.agent.event;

import io.bilgewatch.agent.event.HostEvent.ContractEvent;
import io.bilgewatch.agent.event.HostEvent.Denied;
import io.bilgewatch.agent.event.HostEvent.KernelLogLost;
import io.bilgewatch.agent.event.HostEvent.OomKilled;
import io.bilgewatch.agent.event.HostEvent.WriteFailed;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.kernel.WriteErrno;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Where all sources write down what happened. For several threads. */
public final class EventBook {
  private final boolean paths;
  private final EventCounters counters;
  private final EventLog log = new EventLog();
  private final LastEvents last = new LastEvents();
  private final Map<EventMetric, Long> unattributed = new EnumMap<>(EventMetric.class);
  private List<LoggedEvent> recent = List.of();
  private boolean changed;

  /**
   * @param mostSeries of one metric, over all containers
   * @param paths whether names of files that a container chose are written down
   */
  public EventBook(LabelText text, int mostSeries, boolean paths) {
    this.paths = paths;
    this.counters = new EventCounters(text, mostSeries);
  }

  /** Counts it and keeps it for people. */
  public void happened(HostEvent event) {
    happened(event, 1);
  }

  /** The same several times over. */
  public synchronized void happened(HostEvent told, long times) {
    HostEvent event = paths ? told : told.withoutPath();
    log.add(event, false, times);
    last.happened(event);
    changed = true;
    switch (event) {
      case OomKilled kill -> count(EventMetric.OOM_KILLS, kill, times, kill.cause().label());
      case Denied denied ->
          count(
              denied.blocked() ? EventMetric.LSM_DENIALS : EventMetric.LSM_LOGGED,
              denied,
              times,
              denied.lsm(),
              denied.profile(),
              denied.operation());
      case WriteFailed failed ->
          count(
              EventMetric.WRITE_FAILURES,
              failed,
              times,
              failed.errno().map(WriteErrno::name).orElse(""),
              failed.path().orElse(""),
              failed.source().label());
      case KernelLogLost _, ContractEvent _ -> {}
    }
  }

  /** Keeps for people what happened before the agent's start. */
  public synchronized void happenedBefore(HostEvent told) {
    HostEvent event = paths ? told : told.withoutPath();
    log.add(event, true, 1);
    last.happened(event);
    changed = true;
  }

  private void count(EventMetric metric, HostEvent event, long times, String... labels) {
    if (event.whose() instanceof Whose.Unattributed) {
      unattributed(metric, times);
    }
    counters.count(metric, event.whose(), List.of(labels), times, event.at());
  }

  /** Counts one that is told nowhere else, since it is most likely the host's. */
  public synchronized void unattributed(EventMetric metric) {
    unattributed(metric, 1);
  }

  private void unattributed(EventMetric metric, long times) {
    unattributed.merge(metric, times, Long::sum);
  }

  /** Whether something was written down since it was last asked what is known. */
  public synchronized boolean isChanged() {
    return changed;
  }

  /**
   * What is known now.
   *
   * @param present name by container id
   * @param skippedLogBytes by container id
   */
  public synchronized Events events(
      Map<String, String> present,
      Map<String, Long> skippedLogBytes,
      List<SourceStatus> sources,
      Instant now) {
    counters.present(present, now);
    last.present(present, now);
    if (changed) {
      recent = log.entries();
      changed = false;
    }
    return new Events(
        counters.counts(),
        recent,
        last.all(),
        counters.folded(),
        skippedLogBytes,
        unattributed,
        sources);
  }
}
