package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a {@link Collector} with patience, and keeps account of how it went. */
final class CollectorRun<T, V> implements AutoCloseable {
  private final Collector<T, V> collector;
  private final InstantSource clock;
  private final PatientWorker<String> worker;
  private volatile CollectorStatus status;

  CollectorRun(Collector<T, V> collector, Duration patience, InstantSource clock) {
    this.collector = collector;
    this.clock = clock;
    this.worker = new PatientWorker<>(collector.name(), patience);
    this.status =
        new CollectorStatus(
            collector.name(), Outcome.PENDING, "", Duration.ZERO, Duration.ZERO, Optional.empty());
  }

  /** Reads every thing, by its key; each has an answer, present or missing. */
  Map<String, Reading<V>> run(Map<String, T> things) {
    return run(things, Map.of());
  }

  /**
   * Reads these things, and counts what is known of others for as good as read: how it goes is
   * judged by all of them.
   *
   * @param standing what is known of the others, by their keys
   */
  Map<String, Reading<V>> run(Map<String, T> things, Map<String, Reading<V>> standing) {
    long began = System.nanoTime();
    Map<String, Reading<V>> readings =
        worker.readAll(things.keySet(), key -> collector.read().of(things.get(key)));
    readings.putAll(standing);
    status = judge(readings.values(), Duration.ofNanos(System.nanoTime() - began));
    return readings;
  }

  /** Called by a read that takes long, to say that it is getting on. */
  void beat() {
    worker.beat();
  }

  CollectorStatus status() {
    return status;
  }

  private CollectorStatus judge(Collection<Reading<V>> readings, Duration took) {
    List<Missing<V>> faults = faults(readings);
    boolean good = readings.isEmpty() || readings.size() > faults.size();
    Outcome outcome = worker.stuck() > 0 ? Outcome.STUCK : good ? Outcome.COLLECTED : worst(faults);
    return new CollectorStatus(
        collector.name(),
        outcome,
        faults.isEmpty() ? "" : faults.getFirst().detail(),
        took,
        worker.cpu(),
        outcome == Outcome.COLLECTED ? Optional.of(clock.instant()) : status.lastSuccess());
  }

  private static <V> Outcome worst(List<Missing<V>> faults) {
    boolean unsupported =
        faults.stream().allMatch(fault -> fault.cause() == Reading.Cause.UNSUPPORTED);
    return unsupported ? Outcome.UNSUPPORTED : Outcome.FAILED;
  }

  /** Made only where there is one: that is asked of every reading each second. */
  private static <V> List<Missing<V>> faults(Collection<Reading<V>> readings) {
    List<Missing<V>> faults = List.of();
    for (Reading<V> reading : readings) {
      if (reading instanceof Missing<V> missing && missing.cause().isFault()) {
        faults = faults.isEmpty() ? new ArrayList<>() : faults;
        faults.add(missing);
      }
    }
    return faults;
  }

  @Override
  public void close() {
    worker.close();
  }
}
