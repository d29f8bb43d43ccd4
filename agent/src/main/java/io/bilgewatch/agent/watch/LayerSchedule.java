package io.bilgewatch.agent.watch;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which layer is to be measured next, and when: a pure function of what is known of each. The seam
 * for cheaper ways of knowing that a layer changed: they set {@link Candidate#dirty}.
 */
final class LayerSchedule {
  /** A layer that nothing can write to through its container is looked at this much less often. */
  private static final int RARELY = 10;

  private final Duration interval;
  private final Duration soonest;

  /**
   * @param interval between two walks of a layer that did not change
   * @param soonest the same of one that did
   */
  LayerSchedule(Duration interval, Duration soonest) {
    this.interval = interval;
    this.soonest = soonest.compareTo(interval) < 0 ? soonest : interval;
  }

  /**
   * What is known of one container's layer.
   *
   * @param measuredAtNanos start of its last walk; empty if never
   * @param grewBytes what the last walk found above the one before
   * @param changed whether the last walk found other figures than the one before
   * @param sealed whether its root is read-only, or it does not run
   * @param dirty something says that it was written to since, or it started or stopped
   */
  record Candidate(
      String id,
      OptionalLong measuredAtNanos,
      long grewBytes,
      boolean changed,
      boolean sealed,
      boolean dirty) {}

  /** The next to walk, and the time its walk is due. */
  record Due(String id, long atNanos) {}

  Optional<Due> next(Collection<Candidate> candidates) {
    return candidates.stream()
        .min(
            Comparator.comparingLong(this::dueAt)
                .thenComparing(Comparator.comparingLong(Candidate::grewBytes).reversed()))
        .map(candidate -> new Due(candidate.id(), dueAt(candidate)));
  }

  private long dueAt(Candidate candidate) {
    if (candidate.measuredAtNanos().isEmpty()) {
      return Long.MIN_VALUE;
    }
    long measuredAt = candidate.measuredAtNanos().getAsLong();
    return measuredAt + pause(candidate).toNanos();
  }

  private Duration pause(Candidate candidate) {
    if (candidate.dirty()) {
      return Duration.ZERO;
    }
    if (candidate.changed()) {
      return soonest;
    }
    return candidate.sealed() ? interval.multipliedBy(RARELY) : interval;
  }
}
