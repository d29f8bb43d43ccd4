package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the layers of containers with a contract hold, place by place. A layer is read again, on a
 * thread of its own, where its figures are others than when it was read, and not so often that it
 * would cost more than a hundredth of a CPU.
 */
final class ContractLayers implements AutoCloseable {
  /** A service that keeps its contract has a handful; of more, the figures must do. */
  private static final long MOST_INODES = 20_000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** A walk waits for so many times what the last one took. */
  private static final int PAUSES = 100;

  private static final Reading<WrittenLayer> NOT_YET =
      Reading.missing(Cause.PENDING, "what it wrote was not read yet");

  private static final Reading<WrittenLayer> TOO_MANY =
      Reading.missing(
          Cause.UNSUPPORTED,
          "it has too many files to be compared all the time; bilgewatch contract check does it");

  private final CollectorRun<Asked, WrittenLayer> walks;
  private final Runnable news;
  private final Map<String, Read> read = new ConcurrentHashMap<>();
  private final Map<String, Wanted> wanted = new HashMap<>();
  private Thread thread;
  private boolean closed;

  /** What a layer's figures say of whether it is as it was. */
  private record Figures(
      long allocated,
      long apparent,
      long inodes,
      long deleted,
      Optional<LayerUsage.Changes> changes,
      Instant readAt) {
    static Figures of(LayerUsage usage) {
      return new Figures(
          usage.allocatedBytes(),
          usage.apparentBytes(),
          usage.inodes(),
          usage.deletedEntries(),
          usage.changes(),
          usage.readAt());
    }
  }

  /**
   * A layer.
   *
   * @param apart paths that are told each for itself
   */
  private record Asked(LayerTarget target, Set<KernelPath> apart) {}

  private record Wanted(Asked asked, LayerUsage usage) {}

  private record Read(Asked asked, LayerUsage usage, Reading<WrittenLayer> layer, long againNanos) {

    /** Mostly nothing moved, and then the target is the very same. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Asked other) {
      return (asked.target() == other.target() || asked.target().equals(other.target()))
          && asked.apart().equals(other.apart());
    }

    @SuppressWarnings("ReferenceEquality")
    boolean isAsOf(LayerUsage now) {
      return usage == now || Figures.of(usage).equals(Figures.of(now));
    }
  }

  /**
   * @param news called when something was read
   */
  ContractLayers(InstantSource clock, Runnable news) {
    this.news = news;
    this.walks =
        new CollectorRun<>(new Collector<>("contract_layers", this::walk), PATIENCE, clock);
  }

  private Reading<WrittenLayer> walk(Asked asked) {
    return WritesReader.whole(
        asked.target(),
        asked.apart(),
        _ -> {
          walks.beat();
          return !isClosed();
        });
  }

  /**
   * What is known of a container's layer now; asks for it to be read where it is another.
   *
   * @param apart paths that are told each for itself
   */
  Reading<WrittenLayer> of(ContainerView container, LayerTarget target, Set<KernelPath> apart) {
    if (!(container.layer() instanceof Reading.Present<LayerUsage>(LayerUsage usage))) {
      return ((Reading.Missing<LayerUsage>) container.layer()).as();
    }
    if (target == null) {
      return WritesReader.NOWHERE;
    }
    if (usage.inodes() > MOST_INODES) {
      return TOO_MANY;
    }
    Asked asked = new Asked(target, apart);
    Read known = read.get(container.id());
    if (known == null || !known.isOf(asked)) {
      want(container.id(), new Wanted(asked, usage));
      return NOT_YET;
    }
    if (!known.isAsOf(usage)) {
      want(container.id(), new Wanted(asked, usage));
    }
    return known.layer();
  }

  private synchronized void want(String id, Wanted one) {
    wanted.put(id, one);
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().daemon().name("bilgewatch-contract-walks").start(this::run);
    }
    notifyAll();
  }

  /** Forgets all other containers. */
  synchronized void keep(Set<String> ids) {
    read.keySet().retainAll(ids);
    wanted.keySet().retainAll(ids);
  }

  private void run() {
    try {
      while (awaitWanted()) {
        Map<String, Wanted> due = due(System.nanoTime());
        if (!due.isEmpty()) {
          due.forEach(this::read);
          news.run();
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitWanted() throws InterruptedException {
    while (wanted.isEmpty() && !closed) {
      wait();
    }
    return !closed;
  }

  private synchronized Map<String, Wanted> due(long now) {
    Map<String, Wanted> due = new HashMap<>();
    wanted.forEach((id, one) -> {
      Read known = read.get(id);
      boolean other = known == null || !known.asked().equals(one.asked());
      if (other || now - known.againNanos() >= 0) {
        due.put(id, one);
      }
    });
    wanted.keySet().removeAll(due.keySet());
    return due;
  }

  private void read(String id, Wanted one) {
    long began = System.nanoTime();
    Reading<WrittenLayer> layer = walks.run(Map.of(id, one.asked())).get(id);
    long now = System.nanoTime();
    read.put(id, new Read(one.asked(), one.usage(), layer, now + PAUSES * (now - began)));
  }

  CollectorStatus status() {
    return walks.status();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    walks.close();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
