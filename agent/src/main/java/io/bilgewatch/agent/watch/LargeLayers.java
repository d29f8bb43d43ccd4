package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerMeasurement;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.Pace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/**
 * Walks the layers that have more directories than may be remembered, one after the other from end
 * to end, on a thread of its own and in the budget's gaps, so that nobody else waits for them.
 */
final class LargeLayers implements AutoCloseable {
  /** A walk that waits for its budget says so as often. */
  private static final long BEAT_NANOS = Duration.ofSeconds(5).toNanos();

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Duration interval;
  private final ToLongFunction<Duration> budget;
  private final BiConsumer<String, Reading<LayerUsage>> listener;
  private final CollectorRun<LayerTarget, LayerUsage> collector;
  private final Map<String, LayerTarget> targets = new LinkedHashMap<>();
  private final Map<String, Long> dueAt = new LinkedHashMap<>();
  private Thread thread;
  private boolean closed;

  /** A walk belongs to one thread, and one that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<LayerWalk> walks;

  /**
   * @param interval between two walks of a layer
   * @param budget takes what was used, and says how many nanoseconds to wait
   * @param listener hears of each walk's end, by the container's id
   */
  LargeLayers(
      long maxEntries,
      Duration interval,
      Duration patience,
      InstantSource clock,
      ToLongFunction<Duration> budget,
      BiConsumer<String, Reading<LayerUsage>> listener) {
    this.interval = interval;
    this.budget = budget;
    this.listener = listener;
    Budget most = Budget.DEFAULT.withEntries(maxEntries).withWall(DAY).withCpu(HOUR);
    this.walks = ThreadLocal.withInitial(() -> new LayerWalk(most));
    this.collector =
        new CollectorRun<>(new Collector<>("large_layers", this::walk), patience, clock);
  }

  /** Nothing of it is known: this one is to be walked. */
  synchronized void add(LayerTarget target) {
    String id = target.containerId();
    targets.put(id, target);
    dueAt.putIfAbsent(id, System.nanoTime());
    if (thread == null && !closed) {
      thread = Thread.ofVirtual().name("bilgewatch-large-layers").start(this::run);
    }
    notifyAll();
  }

  synchronized void remove(String containerId) {
    targets.remove(containerId);
    dueAt.remove(containerId);
  }

  /** Walks one at once, on behalf of a command that answers once. */
  Reading<LayerUsage> walkNow(LayerTarget target) {
    String id = target.containerId();
    return collector.run(Map.of(id, target)).get(id);
  }

  private void run() {
    try {
      while (true) {
        Optional<LayerTarget> next = awaitDue();
        if (next.isEmpty()) {
          return;
        }
        String id = next.get().containerId();
        Reading<LayerUsage> usage = walkNow(next.get());
        if (isWanted(id)) {
          listener.accept(id, usage);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isWanted(String containerId) {
    return targets.containsKey(containerId);
  }

  private synchronized Optional<LayerTarget> awaitDue() throws InterruptedException {
    while (!closed) {
      long now = System.nanoTime();
      Optional<Map.Entry<String, Long>> first =
          dueAt.entrySet().stream().min(Comparator.comparingLong(due -> due.getValue() - now));
      long pause = first.map(due -> due.getValue() - now).orElse(interval.toNanos());
      if (pause <= 0) {
        String id = first.orElseThrow().getKey();
        dueAt.put(id, now + interval.toNanos());
        return Optional.of(targets.get(id));
      }
      wait(pause / 1_000_000 + 1);
    }
    return Optional.empty();
  }

  private Reading<LayerUsage> walk(LayerTarget target) {
    LayerTurns.letOthersReadFirst();
    Pace pace = new Budgeted();
    return switch (walks.get().measure(target.upperdir(), target.attributes(), pace)) {
      case Reading.Missing<LayerMeasurement> missing -> missing.as();
      case Reading.Present<LayerMeasurement>(LayerMeasurement found) ->
          LayerTurns.judged(found, Long.MAX_VALUE);
    };
  }

  CollectorStatus status() {
    return collector.status();
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

  /** Goes on when there is CPU time for it again. */
  private final class Budgeted implements Pace {
    private Duration spent = Duration.ZERO;

    @Override
    public boolean goOn(Progress progress) {
      long wait = budget.applyAsLong(progress.cpu().minus(spent));
      spent = progress.cpu();
      long end = System.nanoTime() + wait;
      for (long left = wait; left > 0; left = end - System.nanoTime()) {
        collector.beat();
        LockSupport.parkNanos(Math.min(left, BEAT_NANOS));
        if (Thread.currentThread().isInterrupted()) {
          return false;
        }
      }
      collector.beat();
      return true;
    }
  }
}
