package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.watch.LayerSchedule.Candidate;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures layers one after the other, each when {@link LayerSchedule} says and within the CPU
 * budget, on a thread of its own. What was found last stays until it is found anew, with its time.
 */
final class LayerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerWatch.class);

  /** Pause between looks where nothing is due or known; a target that appears wakes at once. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final LayerSchedule schedule;
  private final WalkBudget budget;
  private final CollectorRun<LayerTarget, LayerUsage> collector;
  private final Runnable published;
  private final Map<String, Measured> measured = new HashMap<>();
  private Map<String, LayerTarget> targets = Map.of();
  private Thread thread;
  private boolean closed;

  /** What is known of a layer, and of the time it was walked. */
  private record Measured(
      Reading<LayerUsage> usage, String epoch, long atNanos, long grewBytes, boolean changed) {}

  LayerWatch(
      LayerSchedule schedule,
      double cpuShare,
      Duration patience,
      LayerMeasure measure,
      InstantSource clock,
      Runnable published) {
    this.schedule = schedule;
    this.budget = new WalkBudget(cpuShare, System.nanoTime());
    this.collector =
        new CollectorRun<>(
            new Collector<>("layers", target -> measure.measure(target, this::beat)),
            patience,
            clock);
    this.published = published;
  }

  synchronized void start() {
    thread = Thread.ofVirtual().name("bilgewatch-layer-schedule").start(this::run);
  }

  /** The layers to watch from now on; what was known of others is forgotten. */
  synchronized void watch(Map<String, LayerTarget> now) {
    boolean isNew = !targets.keySet().containsAll(now.keySet());
    targets = Map.copyOf(now);
    measured.keySet().retainAll(targets.keySet());
    if (isNew) {
      notifyAll();
    }
  }

  /** What was last found of each layer that has a place; the reason it has none of others. */
  synchronized Map<String, Reading<LayerUsage>> usages(Map<String, Reading<LayerTarget>> places) {
    Map<String, Reading<LayerUsage>> usages = new HashMap<>();
    places.forEach((id, place) -> usages.put(id, usage(id, place)));
    return usages;
  }

  private Reading<LayerUsage> usage(String containerId, Reading<LayerTarget> place) {
    Measured known = measured.get(containerId);
    if (known != null) {
      return known.usage();
    }
    return switch (place) {
      case Reading.Missing<LayerTarget> missing -> missing.as();
      case Reading.Present<LayerTarget> _ -> Reading.missing(Cause.PENDING, "not measured yet");
    };
  }

  CollectorStatus status() {
    return collector.status();
  }

  private void beat() {
    collector.beat();
  }

  /** Measures every layer now, whatever the budget says: for a command that answers once. */
  void measureAll() {
    List<LayerTarget> all;
    synchronized (this) {
      all = List.copyOf(targets.values());
    }
    all.forEach(this::measureNow);
  }

  private void run() {
    try {
      while (true) {
        Optional<LayerTarget> due = awaitDue();
        if (due.isEmpty()) {
          return;
        }
        measureNow(due.get());
        published.run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Optional<LayerTarget> awaitDue() throws InterruptedException {
    while (!closed) {
      long now = System.nanoTime();
      Optional<LayerSchedule.Due> next = schedule.next(candidates());
      Duration pause = next.map(due -> pause(due, now)).orElse(IDLE);
      if (pause.isZero()) {
        return next.map(due -> targets.get(due.id()));
      }
      wait(Math.clamp(pause.toMillis() + 1, 1, IDLE.toMillis()));
    }
    return Optional.empty();
  }

  private Duration pause(LayerSchedule.Due due, long now) {
    Duration budgeted = budget.pause(now);
    if (due.atNanos() == Long.MIN_VALUE || due.atNanos() <= now) {
      return budgeted;
    }
    Duration untilDue = Duration.ofNanos(due.atNanos() - now);
    return untilDue.compareTo(budgeted) > 0 ? untilDue : budgeted;
  }

  private List<Candidate> candidates() {
    return targets.values().stream().map(this::candidate).toList();
  }

  private Candidate candidate(LayerTarget target) {
    Measured known = measured.get(target.containerId());
    if (known == null) {
      return new Candidate(
          target.containerId(), OptionalLong.empty(), 0, false, target.sealed(), true);
    }
    return new Candidate(
        target.containerId(),
        OptionalLong.of(known.atNanos()),
        known.grewBytes(),
        known.changed(),
        target.sealed(),
        !known.epoch().equals(target.epoch()));
  }

  private void measureNow(LayerTarget target) {
    long began = System.nanoTime();
    Duration before = collector.status().cpu();
    Reading<LayerUsage> usage = measured(target);
    synchronized (this) {
      budget.spend(collector.status().cpu().minus(before), System.nanoTime());
      if (targets.containsKey(target.containerId())) {
        measured.merge(
            target.containerId(),
            new Measured(usage, target.epoch(), began, 0, false),
            LayerWatch::compared);
      }
    }
  }

  /** A throw is that layer's answer: it must not end the thread that all the others wait for. */
  private Reading<LayerUsage> measured(LayerTarget target) {
    try {
      return collector.run(Map.of(target.containerId(), target)).get(target.containerId());
    } catch (RuntimeException e) {
      LOG.error("measuring the layer of {} failed", target.containerId(), e);
      return Reading.missing(Cause.FAILED, e.toString());
    }
  }

  private static Measured compared(Measured before, Measured now) {
    long grew = bytes(now) - bytes(before);
    boolean changed = grew != 0 || inodes(now) != inodes(before);
    return new Measured(now.usage(), now.epoch(), now.atNanos(), grew, changed);
  }

  private static long bytes(Measured measured) {
    return measured.usage().optional().map(LayerUsage::allocatedBytes).orElse(0L);
  }

  private static long inodes(Measured measured) {
    return measured.usage().optional().map(LayerUsage::inodes).orElse(0L);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    collector.close();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
