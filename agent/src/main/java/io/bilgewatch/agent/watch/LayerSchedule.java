package io.bilgewatch.agent.watch;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Which layer has the next turn, what for, and when: a pure function of what is known of each.
 *
 * <p>Where a layer's writes are told of, a turn reads what was written to; a check of the
 * directories and a reading of everything, which find what nobody tells of, come the later the more
 * there is to look at. Where they are not told of, everything is read each time.
 */
final class LayerSchedule {
  /** A layer that nothing can write to through its container is looked at this much less often. */
  private static final int RARELY = 10;

  /** Between two turns of a layer that is written to all the time. */
  static final Duration ROUND = Duration.ofSeconds(1);

  /** Of the walks' share: what checks of quiet layers may take together. */
  private static final double CHECKS = 1 / 100.0;

  /** And readings. */
  private static final double READINGS = 1 / 66.0;

  /** Of the walks' share: what readings of one layer may take whose writes are too many to tell. */
  private static final double FLOOD = 1 / 4.0;

  /** So much sooner, and no more than this part of the pause. */
  private static final long EARLY_NANOS = 5_000_000_000L;

  private static final int EARLY_PART = 8;

  private final Times times;

  /**
   * What the configuration says.
   *
   * @param interval between two looks at a layer that did not change
   * @param soonest the same of one that did
   * @param reading between two readings of everything, where writes are told of
   * @param cpuShare of one CPU, for all walking
   */
  record Times(Duration interval, Duration soonest, Duration reading, double cpuShare) {
    Times {
      soonest = soonest.compareTo(interval) < 0 ? soonest : interval;
    }
  }

  LayerSchedule(Times times) {
    this.times = times;
  }

  /**
   * What is known of one container's layer.
   *
   * @param measured whether there is a figure, or a reason why not, of this run of the container
   * @param turnAt when its last turn began, in nanoseconds
   * @param written files, or directories that changed when they were read, are to be read again
   * @param flooded more was written than was told: everything is to be read
   * @param underWay a check or a reading has begun and is not at its end
   * @param checkedAt when the last check began
   * @param readAt when the last reading began
   * @param checkNanos what the last check cost
   * @param readNanos what the last reading cost
   * @param grewBytes by how much the last turn found it larger
   * @param active whether it was written to, or changed, since the last check
   * @param sealed whether its root is read-only, or it does not run
   * @param told whether its writes are told of
   */
  record Candidate(
      String id,
      boolean measured,
      long turnAt,
      boolean written,
      boolean flooded,
      boolean underWay,
      long checkedAt,
      long readAt,
      long checkNanos,
      long readNanos,
      long grewBytes,
      boolean active,
      boolean sealed,
      boolean told) {}

  /** Whose turn is next, and when. */
  record Turn(String id, LayerWork work, long atNanos) {}

  /**
   * When a turn may begin, by the budget.
   *
   * @param urgentAt one that is urgent
   * @param restAt one of the rest
   * @param inARow whether a turn has just been taken, so that one of the rest may be a little
   *     before its time: many in a row cost less than each for itself, and are due in a row again
   */
  record Allowed(long urgentAt, long restAt, boolean inARow) {
    long at(LayerWork work) {
      return work.urgent ? urgentAt : restAt;
    }

    /** A pause before one of the rest. */
    long shorter(long pause) {
      return inARow ? pause - Math.min(pause / EARLY_PART, EARLY_NANOS) : pause;
    }
  }

  /**
   * A loop that makes nothing but its answer, since it is asked some times a second for hundreds.
   *
   * @param now after which nobody waits longer than others, however long he has been due
   */
  Optional<Turn> next(Collection<Candidate> candidates, long now, Allowed allowed) {
    Costs costs = Costs.of(candidates, times.cpuShare());
    Best best = new Best(now);
    for (Candidate candidate : candidates) {
      offer(best, candidate, costs, allowed);
    }
    return best.turn();
  }

  private void offer(Best best, Candidate candidate, Costs costs, Allowed allowed) {
    LayerWork rest = rest(candidate, costs, allowed);
    long restAt = Math.max(due(rest, candidate, costs, allowed), allowed.at(rest));
    if (candidate.measured() && candidate.written()) {
      long round = candidate.turnAt() + ROUND.toNanos();
      long writtenAt = Math.max(round, allowed.at(LayerWork.WRITTEN));
      if (writtenAt <= restAt) {
        best.offer(candidate, LayerWork.WRITTEN, writtenAt);
        return;
      }
    }
    best.offer(candidate, rest, restAt);
  }

  /** What its next turn is for, but for what was written. */
  private LayerWork rest(Candidate candidate, Costs costs, Allowed allowed) {
    if (!candidate.measured()) {
      return LayerWork.BEGIN;
    }
    if (candidate.underWay()) {
      return LayerWork.GO_ON;
    }
    if (!candidate.told()) {
      return LayerWork.READ;
    }
    long rest = allowed.at(LayerWork.READ);
    long check = Math.max(checkAt(candidate, costs, allowed), rest);
    long read = Math.max(readAt(candidate, costs, allowed), rest);
    return check < read ? LayerWork.CHECK : LayerWork.READ;
  }

  private long due(LayerWork work, Candidate candidate, Costs costs, Allowed allowed) {
    return switch (work) {
      case CHECK -> checkAt(candidate, costs, allowed);
      case READ -> readAt(candidate, costs, allowed);
      case BEGIN, GO_ON, WRITTEN -> candidate.turnAt();
    };
  }

  /** The turn that comes before all that were offered. */
  private static final class Best {
    private final long now;
    private Candidate candidate;
    private LayerWork work;
    private long at;

    Best(long now) {
      this.now = now;
    }

    void offer(Candidate other, LayerWork itsWork, long itsAt) {
      if (candidate == null || isBefore(other, itsWork, itsAt)) {
        candidate = other;
        work = itsWork;
        at = itsAt;
      }
    }

    private boolean isBefore(Candidate other, LayerWork itsWork, long itsAt) {
      long waits = Math.max(at, now);
      long itsWaits = Math.max(itsAt, now);
      if (itsWaits != waits) {
        return itsWaits < waits;
      }
      if (itsWork != work) {
        return itsWork.compareTo(work) < 0;
      }
      if (other.grewBytes() != candidate.grewBytes()) {
        return other.grewBytes() > candidate.grewBytes();
      }
      return itsAt < at;
    }

    Optional<Turn> turn() {
      return candidate == null ? Optional.empty() : Optional.of(new Turn(candidate.id(), work, at));
    }
  }

  private long readAt(Candidate candidate, Costs costs, Allowed allowed) {
    if (candidate.flooded()) {
      long pause = (long) (candidate.readNanos() / (times.cpuShare() * FLOOD));
      return candidate.readAt() + Math.max(ROUND.toNanos(), pause);
    }
    return candidate.readAt() + allowed.shorter(readPause(candidate, costs));
  }

  private long readPause(Candidate candidate, Costs costs) {
    if (candidate.told()) {
      return Math.max(times.reading().toNanos(), costs.readPause());
    }
    long pause = pause(candidate).toNanos();
    // Nothing can write to it through its container: it must not take what others need.
    return candidate.sealed() ? Math.max(pause, costs.readPause()) : pause;
  }

  private long checkAt(Candidate candidate, Costs costs, Allowed allowed) {
    return candidate.checkedAt() + allowed.shorter(checkPause(candidate, costs));
  }

  private long checkPause(Candidate candidate, Costs costs) {
    long pause = pause(candidate).toNanos();
    return candidate.active()
        ? Math.max(pause, (long) (candidate.checkNanos() / (times.cpuShare() * FLOOD)))
        : Math.max(pause, costs.checkPause());
  }

  private Duration pause(Candidate candidate) {
    if (candidate.active()) {
      return times.soonest();
    }
    return candidate.sealed() ? times.interval().multipliedBy(RARELY) : times.interval();
  }

  /** Pauses after which all layers together take no more than what is meant for the background. */
  private record Costs(long checkPause, long readPause) {
    static Costs of(Collection<Candidate> candidates, double share) {
      long check = 0;
      long read = 0;
      for (Candidate candidate : candidates) {
        check += candidate.checkNanos();
        read += candidate.readNanos();
      }
      return new Costs((long) (check / (share * CHECKS)), (long) (read / (share * READINGS)));
    }
  }
}
