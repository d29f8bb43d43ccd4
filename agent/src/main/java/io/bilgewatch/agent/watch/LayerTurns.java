package io.bilgewatch.agent.watch;

import io.bilgewatch.fanotify.Armed;
import io.bilgewatch.fanotify.WriteMarks;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.IoPriority;
import io.bilgewatch.overlay.LayerMeasurement;
import io.bilgewatch.overlay.LayerTree;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.OverlayAttributes;
import io.bilgewatch.overlay.Shortfall;
import io.bilgewatch.overlay.TreeScan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a layer's turn: asks to be told of writes from now on, and then looks at what changed. */
final class LayerTurns {
  private static final Logger LOG = LoggerFactory.getLogger(LayerTurns.class);

  /** Directories that are checked in less are checked whenever a file is read again. */
  private static final Duration CHEAP = Duration.ofNanos(300_000);

  private final long maxEntries;
  private final InstantSource clock;
  private final Queue<Forgotten> forgotten = new ConcurrentLinkedQueue<>();
  private volatile Optional<WriteMarks> marks = Optional.empty();

  /** A scan belongs to one thread, and one that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<TreeScan> scans;

  /**
   * A turn to take.
   *
   * @param tree of the layer; nobody else has it meanwhile
   * @param files that were written to
   * @param flooded more was written than they are
   * @param told whether writes were told of until now
   * @param checkCost of the last check
   * @param measuredAt when the figures that are known were true
   * @param most CPU time that the turn may take, about
   */
  record Order(
      LayerTarget target,
      LayerTree tree,
      LayerWork work,
      List<KernelPath> files,
      boolean flooded,
      boolean told,
      Duration checkCost,
      Instant measuredAt,
      Duration most) {}

  /**
   * What a turn brought.
   *
   * @param usage empty before everything was read once
   * @param told whether its writes are told of from the turn's beginning on
   * @param flooded whether more may have been written before than was told and read
   * @param recent directories changed when they were read, and are to be read again
   * @param tooLarge it has more directories than may be remembered
   */
  record Done(
      Optional<Reading<LayerUsage>> usage,
      boolean told,
      boolean flooded,
      boolean urgent,
      boolean underWay,
      boolean recent,
      boolean tooLarge,
      Duration readCost,
      Duration cpu) {}

  LayerTurns(long maxEntries, InstantSource clock) {
    this.maxEntries = maxEntries;
    this.clock = clock;
    this.scans =
        ThreadLocal.withInitial(() -> {
          letOthersReadFirst();
          return new TreeScan(clock);
        });
  }

  /** On this thread from now on; where that may not be set, it is no worse than before. */
  static void letOthersReadFirst() {
    try {
      IoPriority.idle();
    } catch (ErrnoException e) {
      LOG.debug("the disk is read with the usual priority: {}", e.getMessage());
    }
  }

  /** A layer is of no interest any more; that is seen to at the next turn of another. */
  void forget(String containerId, LayerTree tree) {
    forgotten.add(new Forgotten(containerId, tree));
  }

  private record Forgotten(String containerId, LayerTree tree) {}

  /** From now on writes can be told of, or no more. */
  void watchBy(Optional<WriteMarks> now) {
    marks = now;
  }

  Reading<Done> take(Order order, Runnable beat) {
    seeToForgotten();
    Instant start = clock.instant();
    Optional<Armed> armed = order.work() == LayerWork.GO_ON ? Optional.empty() : arm(order);
    LayerTree tree = order.tree();
    order.files().forEach(tree::written);
    ask(order, start);
    LayerTarget target = order.target();
    return scans
        .get()
        .advance(tree, target.upperdir(), target.attributes(), order.most(), beat)
        .map(turn -> done(order, start, armed, turn.cpu()));
  }

  private void seeToForgotten() {
    for (Forgotten one = forgotten.poll(); one != null; one = forgotten.poll()) {
      String containerId = one.containerId();
      one.tree().clear();
      marks.ifPresent(known -> known.disarm(containerId));
    }
  }

  private Optional<Armed> arm(Order order) {
    LayerTarget target = order.target();
    if (marks.isEmpty() || target.writer().isEmpty()) {
      return Optional.empty();
    }
    return marks.get().arm(target.containerId(), target.writer().getAsInt()).optional();
  }

  private static void ask(Order order, Instant start) {
    LayerTree tree = order.tree();
    if (order.work() != LayerWork.GO_ON) {
      tree.readRecent();
    }
    switch (order.work()) {
      case BEGIN, READ -> tree.readAll(start);
      case CHECK -> tree.checkDirectories(start);
      case WRITTEN -> {
        if (!tree.isUnderWay() && isCheap(order.checkCost())) {
          tree.checkDirectories(start);
        }
      }
      case GO_ON -> {}
    }
  }

  /** What was never measured is not known to be. */
  private static boolean isCheap(Duration checkCost) {
    return !checkCost.isZero() && checkCost.compareTo(CHEAP) < 0;
  }

  private Done done(Order order, Instant start, Optional<Armed> armed, Duration cpu) {
    LayerTree tree = order.tree();
    boolean reads = order.work() == LayerWork.BEGIN || order.work() == LayerWork.READ;
    boolean broken = armed.isPresent() && !armed.get().unbroken();
    boolean linked = !tree.isPending() && tree.hasNamesOutOfSight();
    boolean flooded = linked || (!reads && (broken || order.flooded()));
    boolean told = order.work() == LayerWork.GO_ON ? order.told() : armed.isPresent();
    return new Done(
        usage(order, told, told && !flooded && !order.flooded(), start),
        told,
        flooded,
        tree.isUrgent(),
        tree.isUnderWay(),
        tree.hasRecent(),
        tree.tooMuch().isPresent(),
        tree.readCpu(),
        cpu);
  }

  private Optional<Reading<LayerUsage>> usage(
      Order order, boolean told, boolean nothingMissed, Instant start) {
    LayerTree tree = order.tree();
    boolean changesKnown = order.target().attributes() != OverlayAttributes.UNREADABLE;
    Instant at = measuredAt(tree, nothingMissed, start);
    // What was not missed then is not missed now, nor what a reading of everything brought in.
    Instant read = tree.readAt().orElse(at);
    Instant latest = later(later(at, order.measuredAt()), read);
    return tree.measurement(changesKnown, latest, told).map(found -> judged(found, maxEntries));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  /** When the figures were true, as far as anybody tells. */
  private static Instant measuredAt(LayerTree tree, boolean nothingMissed, Instant start) {
    if (!nothingMissed) {
      return tree.readAt().orElse(start);
    }
    boolean idle = !tree.isUrgent() && !tree.isUnderWay();
    return idle ? start : tree.checkedAt().or(tree::readAt).orElse(start);
  }

  /** A lower bound is no figure: it would look like a healthy layer. */
  static Reading<LayerUsage> judged(LayerMeasurement found, long maxEntries) {
    Optional<Shortfall> tooMany =
        found.usage().inodes() > maxEntries
            ? Optional.of(Shortfall.TOO_MANY_ENTRIES)
            : Optional.empty();
    return found
        .shortfall()
        .or(() -> tooMany)
        .map(reason -> incomplete(reason, found))
        .orElseGet(() -> Reading.of(found.usage()));
  }

  private static Reading<LayerUsage> incomplete(Shortfall shortfall, LayerMeasurement found) {
    Cause cause = shortfall == Shortfall.NOT_PERMITTED ? Cause.NOT_PERMITTED : Cause.FAILED;
    return Reading.missing(
        cause,
        "of the layer only %d entries and %d bytes could be looked at: %s"
            .formatted(found.entriesRead(), found.usage().allocatedBytes(), shortfall.label()));
  }
}
