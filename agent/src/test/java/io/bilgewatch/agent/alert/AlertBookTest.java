package io.bilgewatch.agent.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alert.State;
import io.bilgewatch.agent.view.Alerting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertBookTest {
  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

  private final AlertBook book = new AlertBook(10);
  private long seconds;

  private static Finding finding(AlertRule rule, String path) {
    return new Finding(rule, Map.of("path", path), "s", "d");
  }

  private static final Finding FULL = finding(AlertRule.TMPFS_ALMOST_FULL, "/cache");

  private List<Alert> after(long passed, Finding... holds) {
    for (long i = 0; i < passed; i++) {
      seconds++;
      book.next(List.of(holds), now(), seconds * 1_000_000_000L);
    }
    return book.alerts();
  }

  private Instant now() {
    return BEGAN.plusSeconds(seconds);
  }

  @Test
  void aPendingOneIsToFireWhenItsTimeIsUp() {
    after(1, FULL);
    assertFalse(isToFire(now().plusSeconds(59)));
    assertTrue(isToFire(now().plusSeconds(60)));
    after(60, FULL);
    assertEquals(State.FIRING, book.alerts().getFirst().state());
    assertFalse(isToFire(now().plusSeconds(60)), "it fires");
  }

  private boolean isToFire(Instant at) {
    return new Alerting(true, book.alerts(), 0, List.of(), Map.of(), List.of(), Map.of(), List.of())
        .isToFire(at);
  }

  @Test
  void itsLifeIsPendingFiringResolvedAndNothing() {
    assertEquals(State.PENDING, after(60, FULL).getFirst().state());
    Alert firing = after(1, FULL).getFirst();
    assertEquals(State.FIRING, firing.state());
    assertEquals(BEGAN.plusSeconds(1), firing.activeAt());
    assertEquals(Optional.of(BEGAN.plusSeconds(61)), firing.firedAt());
    assertEquals(State.FIRING, after(59).getFirst().state(), "it is kept for a minute");
    Alert resolved = after(1).getFirst();
    assertEquals(State.RESOLVED, resolved.state());
    assertEquals(Optional.of(now()), resolved.resolvedAt());
    assertEquals(1, after(15 * 60 - 1).size());
    assertEquals(List.of(), after(1));
  }

  @Test
  void whatDoesNotLastIsNeverTold() {
    after(59, FULL);
    assertEquals(List.of(), after(1));
    assertEquals(State.PENDING, after(60, FULL).getFirst().state(), "its time begins anew");
  }

  @Test
  void whatGoesToAndFroIsOneAlert() {
    after(61, FULL);
    for (int i = 0; i < 20; i++) {
      after(50);
      Alert alert = after(10, FULL).getFirst();
      assertEquals(State.FIRING, alert.state());
      assertEquals(Optional.of(BEGAN.plusSeconds(61)), alert.firedAt());
    }
  }

  @Test
  void whatComesAgainIsAnotherAlert() {
    after(61, FULL);
    after(60);
    assertEquals(State.PENDING, after(1, FULL).getFirst().state());
    Alert again = after(60, FULL).getFirst();
    assertEquals(State.FIRING, again.state());
    assertEquals(Optional.of(now()), again.firedAt());
  }

  /** The condition itself lasts for a time after the event. */
  @Test
  void anEventIsOverWhenItsTimeIs() {
    Finding killed = finding(AlertRule.CONTAINER_OOM_KILLED, "");
    assertEquals(State.FIRING, after(1, killed).getFirst().state());
    assertEquals(State.RESOLVED, after(1).getFirst().state());
  }

  @Test
  void theSameTwiceIsOne() {
    assertEquals(1, after(1, FULL, FULL).size());
  }

  @Test
  void theWorstStandFirst() {
    Finding pending = FULL;
    Finding warning = finding(AlertRule.LSM_DENIALS, "");
    Finding critical = finding(AlertRule.TMPFS_OOM_IMMINENT, "");
    Finding over = finding(AlertRule.CONTAINER_OOM_KILLED, "");
    after(1, over);
    assertEquals(
        List.of(critical.rule(), warning.rule(), pending.rule(), over.rule()),
        after(1, pending, warning, critical).stream().map(Alert::rule).toList());
  }

  /** A pending one of the same severity must not hide firing ones that matter less. */
  @Test
  void theLeastOfAllMakesRoomWhateverItsState() {
    List<Finding> many = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      many.add(finding(AlertRule.TMPFS_UNBOUNDED, "/" + i));
    }
    many.add(FULL);
    for (int minute = 0; minute <= 10; minute++) {
      book.next(many.subList(0, 9), now(), minute * 60_000_000_000L);
    }
    book.next(many, now(), 600_000_000_001L);
    assertEquals(9, book.alerts().stream().filter(Alert::isFiring).count());
    Finding denied = finding(AlertRule.LSM_DENIALS, "");
    assertEquals(0, book.next(List.of(FULL, denied), now(), 600_000_000_002L));
    assertEquals(denied.rule(), book.alerts().getFirst().rule());
    assertEquals(10, book.alerts().size());
  }

  @Test
  void theWorstFindRoomWhereThereIsNone() {
    List<Finding> many = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      many.add(finding(AlertRule.LSM_DENIALS, "/" + i));
    }
    assertEquals(5, book.next(many, now(), 0));
    assertEquals(10, book.alerts().size());
    Finding critical = finding(AlertRule.TMPFS_OOM_IMMINENT, "/x");
    assertEquals(0, book.next(List.of(critical), now(), 1));
    assertEquals(critical.rule(), book.alerts().getFirst().rule());
    assertEquals(10, book.alerts().size());
    many.add(critical);
    book.next(many, now(), 2);
    assertEquals(10, book.alerts().size());
    assertEquals(critical.rule(), book.alerts().getFirst().rule());
  }
}
