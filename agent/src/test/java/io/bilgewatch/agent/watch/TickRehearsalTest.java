package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TickRehearsalTest {
  private static final long START = Long.MAX_VALUE - 5;
  private static final long BEGIN = START + TickRehearsal.BEGIN.toNanos();

  private final TickRehearsal rehearsal = TickRehearsal.after(START);

  private int timesAt(long nanos) {
    int times = 0;
    while (rehearsal.isOn(BEGIN)) {
      rehearsal.took(nanos);
      times++;
    }
    return times;
  }

  @Test
  void itBeginsWhenTheStartIsOver() {
    assertFalse(rehearsal.isOn(START));
    assertFalse(rehearsal.isOn(BEGIN - 1));
    assertTrue(rehearsal.isOn(BEGIN));
  }

  @Test
  void itEndsWhenEverythingWasCalledOftenEnough() {
    assertEquals(TickRehearsal.TIMES, timesAt(1_000_000));
  }

  @Test
  void itTakesNoMoreTimeThanItMay() {
    assertEquals(20, timesAt(TickRehearsal.MOST.toNanos() / 20));
  }

  @Test
  void whoDoesNotStayRehearsesNothing() {
    assertFalse(TickRehearsal.none().isOn(BEGIN));
  }
}
