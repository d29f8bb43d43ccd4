package io.bilgewatch.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FootprintTest {
  private static final long MIB = 1 << 20;

  @Test
  void aLittleGarbageIsLeftToTheCollector() {
    assertFalse(Footprint.isWorthIt(10 * MIB, 15 * MIB));
    assertTrue(Footprint.isWorthIt(10 * MIB, 17 * MIB));
  }

  @Test
  void whatLivesIsNotCollectedAgainAndAgain() {
    assertFalse(Footprint.isWorthIt(40 * MIB, 53 * MIB));
    assertTrue(Footprint.isWorthIt(40 * MIB, 54 * MIB));
  }

  @Test
  void lessThanWasLeftIsNoGarbage() {
    assertFalse(Footprint.isWorthIt(40 * MIB, 10 * MIB));
  }
}
