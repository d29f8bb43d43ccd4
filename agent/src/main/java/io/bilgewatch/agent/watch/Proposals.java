package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.volume.VolumeUse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What containers wrote and what they need for a read-only root, worked out when somebody asks and
 * kept for a while: a page that loads itself anew must not walk a layer each time. A layer that
 * takes longer than a person waits is told in part.
 */
final class Proposals implements AutoCloseable {
  private static final Duration WALK = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final BiFunction<ContainerView, Pace, Writes> read;
  private final Function<ContainerView, Map<KernelPath, Reading<VolumeUse>>> readVolumes;
  private final KeptAnswers<Reading<Writes>> written = new KeptAnswers<>();
  private final KeptAnswers<Map<KernelPath, Reading<VolumeUse>>> volumes = new KeptAnswers<>();
  private final PatientWorker<String> worker =
      new PatientWorker<>("reading what a container wrote", PATIENCE);
  private boolean closed;

  /**
   * @param readVolumes never waits for long
   */
  Proposals(
      BiFunction<ContainerView, Pace, Writes> read,
      Function<ContainerView, Map<KernelPath, Reading<VolumeUse>>> readVolumes) {
    this.read = read;
    this.readVolumes = readVolumes;
  }

  /** Waits some seconds at most. */
  synchronized Reading<Writes> of(ContainerView container) {
    if (closed) {
      return Reading.missing(Cause.FAILED, "the agent stops");
    }
    Reading<Writes> found = written(container);
    return found.map(writes -> writes.with(volumes(container)));
  }

  private Reading<Writes> written(ContainerView container) {
    long began = System.nanoTime();
    Optional<Reading<Writes>> before = written.of(container, began);
    if (before.isPresent()) {
      return before.get();
    }
    Reading<Writes> found =
        worker
            .readAll(List.of(container.id()), _ -> Reading.of(read.apply(container, pace())))
            .get(container.id());
    written.put(container, found, began, System.nanoTime());
    return found;
  }

  private Map<KernelPath, Reading<VolumeUse>> volumes(ContainerView container) {
    long began = System.nanoTime();
    Optional<Map<KernelPath, Reading<VolumeUse>>> before = volumes.of(container, began);
    if (before.isPresent()) {
      return before.get();
    }
    Map<KernelPath, Reading<VolumeUse>> found = readVolumes.apply(container);
    volumes.put(container, found, began, System.nanoTime());
    return found;
  }

  private static Pace pace() {
    return progress -> progress.wall().compareTo(WALK) < 0;
  }

  @Override
  public synchronized void close() {
    closed = true;
    worker.close();
  }
}
