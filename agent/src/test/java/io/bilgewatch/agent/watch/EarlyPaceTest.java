package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EarlyPaceTest {
  private static final long HALF = 500_000_000L;
  private static final Duration QUICK = Duration.ofMillis(4);
  private static final Duration SLOW = Duration.ofMillis(40);

  private final EarlyPace pace = new EarlyPace();

  @Test
  void oneThatWasHeldUpDoesNotKeepTheNextWaiting() {
    pace.read(0, QUICK);
    pace.read(HALF, SLOW);
    assertTrue(pace.mayRead(2 * HALF));
  }

  @Test
  void allTakeAHundredth() {
    pace.read(0, SLOW);
    pace.read(HALF, SLOW);
    assertFalse(pace.mayRead(2 * HALF));
    assertFalse(pace.mayRead(8 * HALF));
    assertTrue(pace.mayRead(9 * HALF));
  }

  @Test
  void nothingWasReadYet() {
    assertTrue(pace.mayRead(0));
  }
}
