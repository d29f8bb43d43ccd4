package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EveryTest {
  /** Near where nanoTime's counter turns over, which it may. */
  private static final long START = Long.MAX_VALUE - 2_500;

  private final Every every = new Every(Duration.ofNanos(1_000));

  private boolean due(long afterStart) {
    return every.due(START + afterStart);
  }

  @Test
  void isDueAtOnceAndThenOnceAPeriod() {
    assertTrue(due(0));
    assertFalse(due(0));
    assertFalse(due(999));
    assertTrue(due(1_000));
    assertFalse(due(1_001));
  }

  @Test
  void keepsItsRhythmWhenItIsAskedLate() {
    assertTrue(due(0));
    assertTrue(due(1_400));
    assertTrue(due(2_000));
    assertFalse(due(2_999));
    assertTrue(due(3_000));
  }

  @Test
  void doesNotCatchUpOnWhatItMissed() {
    assertTrue(due(0));
    assertTrue(due(5_300));
    assertFalse(due(6_299));
    assertTrue(due(6_300));
  }

  @Test
  void whatIsHurriedIsDueNowAndInANewRhythm() {
    assertTrue(due(0));
    every.hurry();
    assertTrue(due(400));
    assertFalse(due(1_000));
    assertTrue(due(1_400));
  }
}
