package io.bilgewatch.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReadBudgetTest {
  private static final long MILLI = 1_000_000;
  private static final long BEGAN = 7_000 * MILLI;

  private final ReadBudget budget = new ReadBudget(3, Duration.ofMillis(20), BEGAN);

  @Test
  void breathAfterEachLook() {
    assertEquals(0, budget.pauseNanos(BEGAN));
    budget.looked(BEGAN);
    assertEquals(20 * MILLI, budget.pauseNanos(BEGAN));
    assertEquals(0, budget.pauseNanos(BEGAN + 30 * MILLI));
  }

  @Test
  void restOfTheSecondWhereItIsSpent() {
    for (int i = 0; i < 3; i++) {
      assertTrue(budget.hasRoom());
      budget.spendOne();
    }
    assertFalse(budget.hasRoom());
    assertEquals(600 * MILLI, budget.pauseNanos(BEGAN + 400 * MILLI));
    assertEquals(0, budget.pauseNanos(BEGAN + 1000 * MILLI));
    assertTrue(budget.hasRoom());
  }
}
