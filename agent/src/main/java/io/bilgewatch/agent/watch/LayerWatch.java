package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.watch.LayerSchedule.Allowed;
import io.bilgewatch.agent.watch.LayerSchedule.Candidate;
import io.bilgewatch.agent.watch.LayerSchedule.Turn;
import io.bilgewatch.fanotify.WriteMarks;
import io.bilgewatch.fanotify.Written;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.DirectoryRoom;
import io.bilgewatch.overlay.LayerTree;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures layers turn by turn, each when {@link LayerSchedule} says and within the CPU budget, on
 * a thread of its own. What was found last stays until it is found anew, with its time.
 */
final class LayerWatch implements WriteWatch.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerWatch.class);

  /** Longest pause between looks at the schedule, which whatever changes it ends. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** CPU time of one turn: so long others wait at most. */
  private static final Duration TURN = Duration.ofMillis(50);

  /** Of all layers together; about 25 MB. */
  private static final int DIRECTORIES = 200_000;

  private static final Duration WITHOUT_END = Duration.ofHours(24);

  /** A layer that changed by less can be told with the next tick. */
  private static final long NEWS = 1 << 20;

  private final LayerSchedule schedule;
  private final TurnBudget budget;
  private final LayerTurns turns;
  private final LargeLayers large;
  private final DirectoryRoom room = new DirectoryRoom(DIRECTORIES);
  private final Supplier<CollectorRun<LayerTurns.Order, LayerTurns.Done>> lanes;
  private final CollectorRun<LayerTurns.Order, LayerTurns.Done> collector;
  private final Listener listener;
  private final Map<String, LayerState> layers = new HashMap<>();
  private Map<String, LayerTarget> targets = Map.of();

  /** As it was given last: the same map holds the same targets. */
  private Map<String, LayerTarget> given = Map.of();

  private Thread thread;
  private boolean hurried;
  private boolean closed;

  /** Is told of new figures, by the thread that took them. */
  @FunctionalInterface
  interface Listener {
    /**
     * @param much whether they should be told of at once
     */
    void changed(boolean much);
  }

  LayerWatch(
      LayerSchedule.Times times,
      long maxEntries,
      Duration patience,
      LayerTurns turns,
      InstantSource clock,
      Listener listener) {
    this.schedule = new LayerSchedule(times);
    this.budget = new TurnBudget(times.cpuShare(), System.nanoTime());
    this.large =
        new LargeLayers(maxEntries, times.interval(), patience, clock, this::spend, this::walked);
    this.turns = turns;
    this.lanes = () -> lane(turns, patience, clock);
    this.collector = lanes.get();
    this.listener = listener;
  }

  synchronized void start() {
    thread = Thread.ofPlatform().daemon().name("bilgewatch-layer-schedule").start(this::run);
  }

  /** The layers to watch from now on; what was known of others is forgotten. */
  @SuppressWarnings("ReferenceEquality")
  synchronized void watch(Map<String, LayerTarget> now) {
    if (now == given) {
      return;
    }
    given = now;
    if (now.equals(targets)) {
      return;
    }
    targets = Map.copyOf(now);
    for (String id : List.copyOf(layers.keySet())) {
      if (!targets.containsKey(id)) {
        turns.forget(id, layers.remove(id).tree());
        large.remove(id);
      }
    }
    long nanos = System.nanoTime();
    targets.forEach((id, target) -> layer(target, nanos).target(target));
    notifyAll();
  }

  private LayerState layer(LayerTarget target, long nanos) {
    return layers.computeIfAbsent(
        target.containerId(),
        _ -> new LayerState(target, new LayerTree(LayerTree.Limits.DEFAULT, room), nanos));
  }

  /** From now on writes are told of by these; with none, they are not. */
  @Override
  public synchronized void watchBy(Optional<WriteMarks> marks) {
    turns.watchBy(marks);
    layers.values().forEach(LayerState::untold);
    notifyAll();
  }

  /** Containers wrote. */
  @Override
  public synchronized void written(List<Written> all) {
    for (Written written : all) {
      LayerState layer = layers.get(written.containerId());
      if (layer != null) {
        layer.written(written);
      }
    }
    notifyAll();
  }

  /** What was last found of each layer that has a place; the reason it has none of others. */
  synchronized Map<String, Reading<LayerUsage>> usages(Map<String, Reading<LayerTarget>> places) {
    Map<String, Reading<LayerUsage>> usages = new HashMap<>();
    places.forEach((id, place) -> usages.put(id, usage(id, place)));
    return usages;
  }

  private Reading<LayerUsage> usage(String containerId, Reading<LayerTarget> place) {
    LayerState known = layers.get(containerId);
    if (known != null) {
      return known.usage();
    }
    return switch (place) {
      case Reading.Missing<LayerTarget> missing -> missing.as();
      case Reading.Present<LayerTarget> _ -> Reading.missing(Cause.PENDING, "not measured yet");
    };
  }

  List<CollectorStatus> statuses() {
    boolean hadLarge = large.status().outcome() != CollectorStatus.Outcome.PENDING;
    return hadLarge ? List.of(collector.status(), large.status()) : List.of(collector.status());
  }

  /** A thread that reads one layer after the other. */
  private static CollectorRun<LayerTurns.Order, LayerTurns.Done> lane(
      LayerTurns turns, Duration patience, InstantSource clock) {
    AtomicReference<CollectorRun<LayerTurns.Order, LayerTurns.Done>> lane = new AtomicReference<>();
    lane.set(
        new CollectorRun<>(
            new Collector<>("layers", order -> turns.take(order, () -> lane.get().beat())),
            patience,
            clock));
    return lane.get();
  }

  /**
   * Measures every layer now, whatever the budget says: for a command that answers once, and two at
   * a time, since somebody waits for it.
   */
  void measureAll() {
    Queue<LayerState> waiting;
    synchronized (this) {
      waiting = new ConcurrentLinkedQueue<>(layers.values());
      hurried = true;
    }
    CollectorRun<LayerTurns.Order, LayerTurns.Done> second = lanes.get();
    Thread other = Thread.ofPlatform().daemon().start(() -> measureAll(waiting, second));
    measureAll(waiting, collector);
    try {
      other.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      second.close();
    }
  }

  private void measureAll(
      Queue<LayerState> waiting, CollectorRun<LayerTurns.Order, LayerTurns.Done> lane) {
    for (LayerState layer = waiting.poll(); layer != null; layer = waiting.poll()) {
      take(lane, layer, LayerWork.BEGIN, WITHOUT_END);
      if (layer.isLarge()) {
        layer.walked(large.walkNow(layer.target()));
      }
    }
  }

  private void run() {
    try {
      while (true) {
        Optional<Turn> due = awaitDue();
        if (due.isEmpty()) {
          return;
        }
        takeOne(due.get());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Optional<Turn> awaitDue() throws InterruptedException {
    // Each call follows a turn but the first, when all there is is urgent.
    boolean inARow = true;
    while (!closed) {
      long now = System.nanoTime();
      Optional<Turn> next = schedule.next(candidates(), now, allowed(now, inARow));
      inARow = false;
      long pause = next.map(turn -> turn.atNanos() - now).orElse(IDLE.toNanos());
      if (pause <= 0) {
        return next;
      }
      wait(Math.clamp(pause / 1_000_000 + 1, 1, IDLE.toMillis()));
    }
    return Optional.empty();
  }

  private Allowed allowed(long now, boolean inARow) {
    long urgentAt = now + budget.pause(true, now).toNanos();
    return new Allowed(urgentAt, now + budget.pause(false, now).toNanos(), inARow);
  }

  private List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>(layers.size());
    for (LayerState layer : layers.values()) {
      if (!layer.isLarge()) {
        all.add(layer.candidate());
      }
    }
    return all;
  }

  private void takeOne(Turn turn) {
    LayerState layer;
    synchronized (this) {
      layer = layers.get(turn.id());
    }
    long changed = layer == null ? 0 : take(collector, layer, turn.work(), TURN);
    if (changed > 0) {
      listener.changed(changed > NEWS);
    }
  }

  /** By how much the figure changed. */
  private long take(
      CollectorRun<LayerTurns.Order, LayerTurns.Done> lane,
      LayerState layer,
      LayerWork work,
      Duration most) {
    LayerTurns.Order order;
    synchronized (this) {
      order = layer.order(work, System.nanoTime(), most);
    }
    Duration before = lane.status().cpu();
    Reading<LayerTurns.Done> reading = taken(lane, order);
    synchronized (this) {
      Duration cost = lane.status().cpu().minus(before);
      budget.spend(cost, work.urgent, System.nanoTime());
      return switch (reading) {
        case Reading.Present<LayerTurns.Done>(LayerTurns.Done done) -> {
          long changed = layer.done(order, done);
          if (layer.isLarge() && !hurried) {
            hand(layer);
          }
          yield changed;
        }
        case Reading.Missing<LayerTurns.Done> missing -> {
          layer.failed(missing);
          yield Long.MAX_VALUE;
        }
      };
    }
  }

  /** It is walked from end to end from now on, and its memory is for others. */
  private void hand(LayerState layer) {
    String id = layer.target().containerId();
    turns.forget(id, layer.tree());
    large.add(layer.target());
  }

  private void walked(String id, Reading<LayerUsage> usage) {
    synchronized (this) {
      LayerState layer = layers.get(id);
      if (layer == null) {
        return;
      }
      if (!layer.walked(usage)) {
        large.remove(id);
        notifyAll();
      }
    }
    listener.changed(true);
  }

  /** Takes what a walk from end to end used, and says how long it is to wait. */
  private synchronized long spend(Duration cpu) {
    long now = System.nanoTime();
    budget.spend(cpu, false, now);
    return hurried ? 0 : budget.pause(false, now).toNanos();
  }

  /** A throw is that layer's answer: it must not end the thread that all the others wait for. */
  private static Reading<LayerTurns.Done> taken(
      CollectorRun<LayerTurns.Order, LayerTurns.Done> lane, LayerTurns.Order order) {
    String id = order.target().containerId();
    try {
      return lane.run(Map.of(id, order)).get(id);
    } catch (RuntimeException e) {
      LOG.error("measuring the layer of {} failed", id, e);
      return Reading.missing(Cause.FAILED, e.toString());
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    collector.close();
    large.close();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
