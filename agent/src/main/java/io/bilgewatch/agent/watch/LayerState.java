package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.watch.LayerSchedule.Candidate;
import io.bilgewatch.fanotify.Written;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.LayerTree;
import io.bilgewatch.overlay.LayerUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is known of one layer, and when it was looked at. Guarded by its {@link LayerWatch}. */
final class LayerState {
  /** What is written to more files is looked for, instead of being remembered. */
  private static final int MOST_FILES = 64;

  /** As few entries as that can't be too many directories. */
  private static final long SMALL_AGAIN = 10_000;

  private static final Reading<LayerUsage> NOT_YET =
      Reading.missing(Cause.PENDING, "not measured yet");

  private final LayerTree tree;
  private final Set<KernelPath> files = new LinkedHashSet<>();
  private LayerTarget target;
  private Reading<LayerUsage> usage = NOT_YET;
  private String measuredEpoch = "";
  private boolean measured;
  private boolean flooded;
  private boolean again;
  private boolean underWay;
  private boolean checking;
  private boolean told;
  private boolean active;
  private boolean large;
  private long turnAt;
  private long checkedAt;
  private long readAt;
  private long inodesRead;
  private long grewBytes;
  private Duration checkCost = Duration.ZERO;
  private Duration checkCostNow = Duration.ZERO;
  private Duration readCost = Duration.ZERO;

  /** Made once for each change, since all of them are looked at several times a second. */
  private Optional<Candidate> candidate = Optional.empty();

  /**
   * @param now since when its first turn is due
   */
  LayerState(LayerTarget target, LayerTree tree, long now) {
    this.target = target;
    this.tree = tree;
    this.turnAt = now;
    this.checkedAt = now;
    this.readAt = now;
  }

  void target(LayerTarget now) {
    candidate = Optional.empty();
    target = now;
  }

  LayerTarget target() {
    return target;
  }

  LayerTree tree() {
    return tree;
  }

  /** Whether it has more directories than may be remembered, and is walked from end to end. */
  boolean isLarge() {
    return large;
  }

  /** What a walk from end to end found; whether that was worth a walk of its own. */
  boolean walked(Reading<LayerUsage> found) {
    candidate = Optional.empty();
    usage = found;
    large = found.optional().map(LayerUsage::inodes).orElse(Long.MAX_VALUE) > SMALL_AGAIN;
    measured = large;
    return large;
  }

  Reading<LayerUsage> usage() {
    return usage;
  }

  void written(Written written) {
    candidate = Optional.empty();
    active = true;
    flooded |= written.all();
    for (KernelPath file : written.files()) {
      if (files.size() < MOST_FILES) {
        files.add(file);
      } else {
        flooded = true;
      }
    }
  }

  /** Nothing is told of any more: everything is to be read as if it had never been. */
  void untold() {
    candidate = Optional.empty();
    told = false;
  }

  Candidate candidate() {
    if (candidate.isEmpty()) {
      candidate = Optional.of(made());
    }
    return candidate.get();
  }

  private Candidate made() {
    return new Candidate(
        target.containerId(),
        measured && measuredEpoch.equals(target.epoch()),
        turnAt,
        !files.isEmpty() || again,
        flooded,
        underWay,
        checkedAt,
        readAt,
        checkCost.toNanos(),
        nextReadNanos(),
        grewBytes,
        active,
        target.sealed(),
        told);
  }

  /** Begins a turn: what was written so far is this turn's. */
  LayerTurns.Order order(LayerWork work, long now, Duration most) {
    candidate = Optional.empty();
    turnAt = now;
    List<KernelPath> taken = List.copyOf(files);
    files.clear();
    again = false;
    LayerTurns.Order order =
        new LayerTurns.Order(
            target, tree, work, taken, flooded, told, checkCost, measuredAt(), most);
    if (work == LayerWork.BEGIN || work == LayerWork.READ) {
      flooded = false;
      readAt = now;
      checkedAt = now;
      active = false;
      measuredEpoch = target.epoch();
    } else if (work == LayerWork.CHECK) {
      checkedAt = now;
      active = false;
    }
    return order;
  }

  /**
   * Takes over what a turn brought.
   *
   * @return by how many bytes the figure changed; 1 where only the number of inodes did, and no
   *     number is large enough where there was none before
   */
  long done(LayerTurns.Order order, LayerTurns.Done done) {
    candidate = Optional.empty();
    measured = true;
    if (done.tooLarge()) {
      large = true;
      usage = NOT_YET;
      return 0;
    }
    told = done.told();
    flooded |= done.flooded();
    again |= done.urgent() || done.recent();
    countCheck(order.work(), done);
    underWay = done.underWay();
    readCost = done.readCost();
    long before = bytes();
    long inodes = inodes();
    boolean hadUsage = usage.isPresent();
    Optional<Instant> readBefore = readAt(usage);
    done.usage().ifPresent(found -> usage = found);
    if (!readAt(usage).equals(readBefore)) {
      inodesRead = inodes();
    }
    grewBytes = hadUsage ? bytes() - before : 0;
    boolean other = grewBytes != 0 || inodes() != inodes;
    active |= hadUsage && other;
    return usage.isPresent() == hadUsage
        ? Math.max(other ? 1 : 0, Math.abs(grewBytes))
        : Long.MAX_VALUE;
  }

  private void countCheck(LayerWork work, LayerTurns.Done done) {
    if (work == LayerWork.GO_ON) {
      checkCostNow = checkCostNow.plus(done.cpu());
    } else {
      checking = work == LayerWork.CHECK;
      checkCostNow = done.cpu();
    }
    if (checking && !done.underWay()) {
      checkCost = checkCostNow;
      checking = false;
    }
  }

  /** A turn that could not be taken. */
  void failed(Reading.Missing<?> why) {
    candidate = Optional.empty();
    measured = true;
    underWay = false;
    told = false;
    usage = why.as();
  }

  /** What a reading would cost now: as much for each inode as the last one did. */
  private long nextReadNanos() {
    return (long) (readCost.toNanos() * Math.max(1, (double) inodes() / Math.max(1, inodesRead)));
  }

  private static Optional<Instant> readAt(Reading<LayerUsage> usage) {
    return usage.optional().map(LayerUsage::readAt);
  }

  private Instant measuredAt() {
    return usage.optional().map(LayerUsage::measuredAt).orElse(Instant.EPOCH);
  }

  private long inodes() {
    return usage.optional().map(LayerUsage::inodes).orElse(0L);
  }

  private long bytes() {
    return usage.optional().map(LayerUsage::allocatedBytes).orElse(0L);
  }
}
