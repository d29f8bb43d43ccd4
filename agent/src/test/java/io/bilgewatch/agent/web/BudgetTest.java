package io.bilgewatch.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BudgetTest {
  private final Budget budget = new Budget(3 * Budget.LARGE);

  @Test
  void aPieceIsAllOfItOrNothing() {
    assertTrue(budget.take(2 * Budget.LARGE).isPresent());
    assertTrue(budget.take(2 * Budget.LARGE).isEmpty());
    assertEquals(Budget.LARGE, budget.left());
  }

  @Test
  void aLargePieceThatWasGivenBackIsUsedAgainAndTakenFromTheBudgetAgain() {
    byte[] piece = budget.take(Budget.LARGE).orElseThrow();
    budget.give(piece);
    assertSame(piece, budget.take(Budget.LARGE).orElseThrow());
    assertEquals(2 * Budget.LARGE, budget.left());
    assertNotSame(piece, budget.take(Budget.LARGE).orElseThrow());
  }

  @Test
  void onePieceIsNeverInTwoAnswers() {
    budget.give(budget.take(Budget.LARGE).orElseThrow());
    byte[] first = budget.take(Budget.LARGE).orElseThrow();
    byte[] second = budget.take(Budget.LARGE).orElseThrow();
    assertNotSame(first, second);
  }

  @Test
  void aSmallOneIsAsLongAsWasAskedFor() {
    budget.give(budget.take(Budget.LARGE).orElseThrow());
    assertEquals(1024, budget.take(1024).orElseThrow().length);
  }
}
