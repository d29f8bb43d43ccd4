package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.Pace;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What containers wrote and what they need for a read-only root, worked out when somebody asks and
 * kept for a while: a page that loads itself anew must not walk a layer each time. A layer that
 * takes longer than a person waits is told in part.
 */
final class Proposals implements AutoCloseable {
  private static final Duration KEPT = Duration.ofSeconds(60);
  private static final Duration WALK = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST = 64;

  private final BiFunction<ContainerView, Pace, Writes> read;
  private final Map<String, Kept> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MOST;
        }
      };
  private PatientWorker<String> worker;
  private boolean closed;

  /**
   * @param process by which it is another life of the container
   */
  private record Kept(long atNanos, int process, Reading<Writes> writes) {}

  Proposals(BiFunction<ContainerView, Pace, Writes> read) {
    this.read = read;
  }

  /** Waits some seconds at most. */
  synchronized Reading<Writes> of(ContainerView container) {
    if (closed) {
      return Reading.missing(Cause.FAILED, "the agent stops");
    }
    long now = System.nanoTime();
    int process = container.container().state().pid();
    Kept before = kept.get(container.id());
    if (before != null && before.process() == process && now - before.atNanos() < KEPT.toNanos()) {
      return before.writes();
    }
    if (worker == null) {
      worker = new PatientWorker<>("reading what a container wrote", PATIENCE);
    }
    Reading<Writes> found =
        worker
            .readAll(List.of(container.id()), _ -> Reading.of(read.apply(container, pace())))
            .get(container.id());
    kept.remove(container.id());
    kept.put(container.id(), new Kept(now, process, found));
    return found;
  }

  private static Pace pace() {
    return progress -> progress.wall().compareTo(WALK) < 0;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (worker != null) {
      worker.close();
    }
  }
}
