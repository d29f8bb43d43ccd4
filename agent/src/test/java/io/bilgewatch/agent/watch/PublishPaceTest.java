package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PublishPaceTest {
  private static final long MS = 1_000_000;

  /** Near where nanoTime's counter turns over, which it may. */
  private static final long START = Long.MAX_VALUE - 1_000 * MS;

  private final PublishPace pace = new PublishPace(Duration.ofSeconds(10));

  private void made(long endMs, long tookMs) {
    pace.made(START + (endMs - tookMs) * MS, START + endMs * MS);
  }

  private boolean mayTell(long ms) {
    return pace.mayTell(START + ms * MS);
  }

  private boolean isDue(long ms) {
    return pace.isDue(START + ms * MS);
  }

  @Test
  void theFirstIsDueAndMayBeMadeAtOnce() {
    assertTrue(mayTell(0));
    assertTrue(isDue(0));
  }

  @Test
  void whereItTakesLittleNewsIsToldInTheNextSecond() {
    made(10, 10);
    made(1_010, 10);
    assertFalse(mayTell(1_209));
    assertTrue(mayTell(1_210));
  }

  @Test
  void newsTakesATwentiethOfTheTimeAndTheRestAHundredth() {
    assertTrue(isDue(0));
    made(200, 200);
    made(400, 200);
    assertFalse(mayTell(4_399));
    assertTrue(mayTell(4_400));
    assertFalse(isDue(10_000), "ten of the twenty seconds");
    assertFalse(isDue(20_000));
    assertTrue(isDue(30_000));
  }

  @Test
  void oneThatWasHeldUpChangesNothing() {
    made(10, 10);
    made(5_000, 4_000);
    assertTrue(mayTell(5_200));
    made(9_000, 10);
    assertTrue(mayTell(9_200));
  }

  @Test
  void nobodyWaitsLongerThanTheMost() {
    made(10_000, 10_000);
    made(20_000, 10_000);
    assertFalse(mayTell(29_999));
    assertTrue(mayTell(30_000));
    assertTrue(isDue(80_000));
  }
}
