package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LateLooksTest {
  @Test
  void eachIsDueInItsTurn() {
    LateLooks looks = new LateLooks(10, 4);
    looks.add(1, 100);
    looks.add(2, 105);
    assertEquals(9, looks.untilDue(101));
    assertEquals(0, looks.untilDue(120));
    assertFalse(looks.isDue(109));
    assertTrue(looks.isDue(110));
    assertEquals(1, looks.next());
    assertFalse(looks.isDue(110));
    assertTrue(looks.isDue(115));
    assertEquals(2, looks.next());
    assertEquals(Long.MAX_VALUE, looks.untilDue(999));
    assertFalse(looks.isDue(999));
  }

  @Test
  void theOldestMakeRoom() {
    LateLooks looks = new LateLooks(0, 4);
    for (int task = 1; task <= 10; task++) {
      looks.add(task, task);
    }
    assertEquals(7, looks.next());
    looks.clear();
    assertEquals(Long.MAX_VALUE, looks.untilDue(999));
  }

  @Test
  void aBudgetKeepsAHalfForWhatIsNeeded() {
    LookBudget budget = new LookBudget(10, 0);
    int confirmed = 0;
    for (int i = 0; i < 20; i++) {
      confirmed += budget.take(false, 0) ? 1 : 0;
    }
    assertEquals(6, confirmed);
    int needed = 0;
    for (int i = 0; i < 20; i++) {
      needed += budget.take(true, 0) ? 1 : 0;
    }
    assertEquals(4, needed);
    assertEquals(30, budget.denied());
    assertFalse(budget.take(true, 50_000_000));
    assertTrue(budget.take(true, 200_000_000), "a fifth of a second later there are two");
  }
}
