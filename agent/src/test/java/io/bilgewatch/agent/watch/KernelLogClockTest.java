package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The clock of the stamps is 40 s behind the other one here. */
class KernelLogClockTest {
  private static final Duration APART = Duration.ofSeconds(40);

  private final KernelLogClock clock = new KernelLogClock();

  @Test
  void whatIsReadLateIsAsOldAsItIs() {
    read(100, Duration.ZERO);
    read(110, Duration.ofSeconds(5));
    assertAbout(Duration.ofSeconds(5), ago(110, 115));
  }

  @Test
  void theFirstOneIsTakenForNew() {
    read(100, Duration.ofSeconds(5));
    assertEquals(Duration.ZERO, ago(100, 105));
    read(110, Duration.ZERO);
    assertEquals(Duration.ZERO, ago(110, 110), "a prompter one is believed");
    read(111, Duration.ofSeconds(2));
    assertAbout(Duration.ofSeconds(2), ago(111, 113));
  }

  /** By a second in an hour, either way: 280 parts in a million. */
  @Test
  void clocksThatDriftApartAreFollowed() {
    for (int sign : new int[] {1, -1}) {
      KernelLogClock drifting = new KernelLogClock();
      for (int minute = 0; minute < 100_000; minute++) {
        long stamp = Duration.ofMinutes(minute).toNanos();
        long nanos = APART.toNanos() + stamp + sign * stamp / 3_600;
        drifting.read(Duration.ofNanos(stamp), nanos);
        assertEquals(Duration.ZERO, drifting.since(Duration.ofNanos(stamp), nanos));
      }
    }
  }

  @Test
  void anotherClockIsBelievedAtOnce() {
    read(100, Duration.ZERO);
    read(200, Duration.ofHours(1));
    assertEquals(Duration.ZERO, ago(200, 3_800));
  }

  private void read(int stampSeconds, Duration late) {
    clock.read(
        Duration.ofSeconds(stampSeconds), APART.plusSeconds(stampSeconds).plus(late).toNanos());
  }

  private Duration ago(int stampSeconds, int nowSeconds) {
    return clock.since(Duration.ofSeconds(stampSeconds), APART.plusSeconds(nowSeconds).toNanos());
  }

  private static void assertAbout(Duration expected, Duration found) {
    assertTrue(found.minus(expected).abs().toMillis() <= 20, () -> expected + ", not " + found);
  }
}
