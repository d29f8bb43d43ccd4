package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.volume.VolumeReader;
import io.bilgewatch.volume.VolumeUse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the writable volumes and binds of a container hold, and what of tmpfs mounts the kernel does
 * not count, measured when somebody asks and never otherwise: a bind may be all of the host, so
 * each has a budget, and one that does not answer is left behind, as a dead mount must not take the
 * others with it.
 */
final class VolumeUses implements AutoCloseable {
  /** A container with CAP_SYS_ADMIN can mount without end. */
  private static final int MOST = 64;

  private static final KernelPath WHOLE = KernelPath.of("/");

  private final VolumeReader reader;
  private final Limits limits;
  private final PatientWorker<Place> worker;

  /**
   * What may be taken for an answer.
   *
   * @param each for one mount
   * @param all until no other one is begun
   * @param patience with one that says nothing
   */
  record Limits(Budget each, Duration all, Duration patience) {
    /** For a person who waits for a command. */
    static final Limits OF_COMMAND =
        new Limits(budget(2_000_000, Duration.ofSeconds(10)), Duration.ofSeconds(30), seconds(5));

    /** For a page. */
    static final Limits OF_PAGE =
        new Limits(budget(200_000, Duration.ofSeconds(1)), seconds(2), seconds(2));

    private static Budget budget(long entries, Duration time) {
      return Budget.DEFAULT.withEntries(entries).withWall(time).withCpu(time);
    }

    private static Duration seconds(int seconds) {
      return Duration.ofSeconds(seconds);
    }
  }

  private record Place(int pid, Mount mount) {}

  VolumeUses(HostRoot host, Limits limits) {
    this.reader = new VolumeReader(host);
    this.limits = limits;
    this.worker = new PatientWorker<>("the reading of a mount", limits.patience());
  }

  /**
   * By their paths, each of them or why it is not told; empty where the container does not run.
   *
   * @param since what changed after is told apart; empty: nothing is
   * @param pace asked now and then whether to go on
   */
  Map<KernelPath, Reading<VolumeUse>> of(
      ContainerView container, ProcessFacts facts, Optional<Instant> since, Pace pace) {
    Map<KernelPath, Reading<VolumeUse>> uses = new HashMap<>();
    if (!(facts.mounts() instanceof Reading.Present<MountTable>(MountTable table))) {
      return uses;
    }
    List<Place> places = new ArrayList<>();
    for (WritableMount mount : container.writableMounts().orElse(List.of())) {
      if (mount.kind() != WritableMount.Kind.TMPFS || isUncounted(mount, container)) {
        Optional<Mount> found = table.topmost(mount.path());
        notToBeRead(found, table, places.size())
            .ifPresentOrElse(
                why -> uses.put(mount.path(), why),
                () -> places.add(new Place(facts.identity().pid(), found.orElseThrow())));
      }
    }
    uses.putAll(read(places, since, pace));
    return uses;
  }

  /** A tmpfs without bounds (size=0), of which statfs(2) says nothing. */
  private static boolean isUncounted(WritableMount mount, ContainerView container) {
    return container.tmpfsOf(mount).filter(usage -> usage.usedBytes().isEmpty()).isPresent();
  }

  private static Optional<Reading<VolumeUse>> notToBeRead(
      Optional<Mount> found, MountTable table, int before) {
    if (found.isEmpty()) {
      return Optional.of(Reading.missing(Cause.VANISHED, "it is not mounted any more"));
    }
    if (isOverlayOfAContainer(found.get(), table)) {
      return Optional.of(Reading.notApplicable("it is a container's root, and no volume"));
    }
    return before < MOST
        ? Optional.empty()
        : Optional.of(
            Reading.missing(Cause.FAILED, "only the first %d mounts are read".formatted(MOST)));
  }

  /**
   * Its own, in part or as a whole, or one that an engine in it made: what is open there would pin
   * the overlay, and break the next start. A host's root may be an overlay too; of that,
   * directories are mounted.
   */
  private static boolean isOverlayOfAContainer(Mount mount, MountTable table) {
    boolean own = table.root().filter(root -> root.device().equals(mount.device())).isPresent();
    return mount.isOverlay() && (own || mount.root().equals(WHOLE));
  }

  private Map<KernelPath, Reading<VolumeUse>> read(
      List<Place> places, Optional<Instant> since, Pace pace) {
    Pace beating =
        progress -> {
          worker.beat();
          return pace.goOn(progress);
        };
    long end = System.nanoTime() + limits.all().toNanos();
    Map<KernelPath, Reading<VolumeUse>> uses = new HashMap<>();
    worker
        .readAll(places, place -> read(place, since, end, beating))
        .forEach((place, use) -> uses.put(place.mount().mountPoint(), use));
    return uses;
  }

  private Reading<VolumeUse> read(Place place, Optional<Instant> since, long end, Pace pace) {
    Duration left = Duration.ofNanos(end - System.nanoTime());
    if (!left.isPositive()) {
      return Reading.missing(Cause.FAILED, "the others took all the time that there was");
    }
    LayerTurns.letOthersReadFirst();
    Duration wall = left.compareTo(limits.each().wall()) < 0 ? left : limits.each().wall();
    return reader.read(place.pid(), place.mount(), since, limits.each().withWall(wall), pace);
  }

  @Override
  public void close() {
    worker.close();
  }
}
