package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerMeasurement;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.overlay.Shortfall;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures one layer by a full walk. The seam for cheaper ways of measuring: whoever knows what
 * changed answers in its place.
 */
final class LayerMeasure {
  /** A walk that costs less is over before anybody could mind. */
  private static final Duration UNPACED = Duration.ofMillis(50);

  /** Beyond that, a walk leaves a processor alone for three quarters of the time. */
  private static final double DUTY = 0.25;

  /** A walk belongs to one thread, and one that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<LayerWalk> walks;

  LayerMeasure(long maxEntries) {
    Budget budget = Budget.DEFAULT.withEntries(maxEntries);
    this.walks = ThreadLocal.withInitial(() -> new LayerWalk(budget));
  }

  Reading<LayerUsage> measure(LayerTarget target, Runnable beat) {
    Pace pace =
        progress -> {
          beat.run();
          rest(progress);
          return !Thread.currentThread().isInterrupted();
        };
    return switch (walks.get().measure(target.upperdir(), target.attributes(), pace)) {
      case Reading.Missing<LayerMeasurement> missing -> missing.as();
      case Reading.Present<LayerMeasurement>(LayerMeasurement found) ->
          found
              .shortfall()
              .map(shortfall -> incomplete(shortfall, found))
              .orElseGet(() -> Reading.of(found.usage()));
    };
  }

  private static void rest(Pace.Progress progress) {
    if (progress.cpu().compareTo(UNPACED) > 0) {
      long due = (long) (progress.cpu().toNanos() / DUTY) - progress.wall().toNanos();
      LockSupport.parkNanos(Math.max(0, due));
    }
  }

  /** A lower bound is no figure: it would look like a healthy layer. */
  private static Reading<LayerUsage> incomplete(Shortfall shortfall, LayerMeasurement found) {
    Cause cause = shortfall == Shortfall.NOT_PERMITTED ? Cause.NOT_PERMITTED : Cause.FAILED;
    return Reading.missing(
        cause,
        "the walk ended early after %d entries and %d bytes: %s"
            .formatted(
                found.entriesRead(),
                found.usage().allocatedBytes(),
                shortfall.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')));
  }
}
