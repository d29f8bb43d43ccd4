package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.watch.LayerSchedule.Candidate;
import io.bilgewatch.agent.watch.LayerSchedule.Due;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LayerScheduleTest {
  private static final long SECOND = 1_000_000_000L;
  private final LayerSchedule schedule =
      new LayerSchedule(Duration.ofSeconds(60), Duration.ofSeconds(15));

  @Test
  void nothingToWatchIsNothingDue() {
    assertTrue(schedule.next(List.of()).isEmpty());
  }

  @Test
  void oneNeverMeasuredComesBeforeAll() {
    Candidate fresh = new Candidate("new", OptionalLong.empty(), 0, false, false, true);
    assertEquals("new", next(measured("old", -1000, 0, true, false, true), fresh).id());
  }

  @Test
  void oneThatChangedComesSoonerAndOneThatIsSealedMuchLater() {
    assertEquals(15 * SECOND, next(measured("a", 0, 1, true, false, false)).atNanos());
    assertEquals(60 * SECOND, next(measured("a", 0, 0, false, false, false)).atNanos());
    assertEquals(600 * SECOND, next(measured("a", 0, 0, false, true, false)).atNanos());
  }

  @Test
  void ofTwoDueAtOnceTheFasterGrowingIsFirst() {
    assertEquals(
        "fast",
        next(
                measured("slow", 0, 10, true, false, false),
                measured("fast", 0, 99, true, false, false))
            .id());
  }

  @Test
  void aDirtyOneIsDueAtOnce() {
    assertEquals(7 * SECOND, next(measured("a", 7, 0, false, true, true)).atNanos());
  }

  @Test
  void theBudgetLetsABurstThroughAndThenItsShare() {
    WalkBudget budget = new WalkBudget(0.02, 0);
    assertEquals(Duration.ZERO, budget.pause(0));
    budget.spend(Duration.ofMillis(1200), 0);
    // 0.2 s of debt at 2 % of a CPU are 10 s.
    assertEquals(10_000, budget.pause(0).toMillis());
    assertEquals(4_000, budget.pause(6 * SECOND).toMillis());
    assertEquals(Duration.ZERO, budget.pause(11 * SECOND));
  }

  private static Candidate measured(
      String id, long atSeconds, long grew, boolean changed, boolean sealed, boolean dirty) {
    return new Candidate(id, OptionalLong.of(atSeconds * SECOND), grew, changed, sealed, dirty);
  }

  private Due next(Candidate... candidates) {
    Optional<Due> due = schedule.next(List.of(candidates));
    return due.orElseThrow();
  }
}
