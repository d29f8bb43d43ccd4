package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.push.Ledger.Told;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alert.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Duration RESEND = Duration.ofMinutes(1);

  private final HandClock clock = new HandClock();
  private final Ledger ledger = new Ledger(RESEND, Duration.ZERO, 8_000);

  @Test
  void whatWasToldIsToldAgainAfterTheInterval() {
    see(MadeAlerts.firing("a"));
    assertEquals(List.of("a FIRING"), tell());
    assertEquals(List.of(), tell());
    assertEquals(RESEND, ledger.untilNext(clock.nanos()).orElseThrow());
    clock.advance(RESEND.minusMillis(1));
    assertEquals(List.of(), tell());
    clock.advance(Duration.ofMillis(1));
    assertEquals(List.of("a FIRING"), tell());
  }

  @Test
  void whatIsOverIsToldWhereItWasHeardOf() {
    Alert heard = MadeAlerts.firing("heard");
    see(heard);
    assertEquals(List.of("heard FIRING"), tell());
    Alert unheard = MadeAlerts.firing("unheard");
    see(heard, unheard);
    see(over(heard), over(unheard));
    assertEquals(List.of("heard RESOLVED"), tell());
    assertEquals(1, ledger.size(), "what nobody heard of is forgotten");
  }

  /** Prometheus' rules see the end later, and would make it fire again. */
  @Test
  void whatIsOverIsToldWithADelayAndNotSentForFiringMeanwhile() {
    Ledger patient = new Ledger(RESEND, RESEND, 8_000);
    Alert alert = MadeAlerts.firing("a");
    patient.update(identified(alert), clock.now(), clock.nanos());
    patient.taken(patient.due(clock.nanos(), 64), clock.nanos());
    clock.advance(RESEND.minusSeconds(1));
    patient.update(identified(over(alert)), clock.now(), clock.nanos());
    clock.advance(RESEND.minusSeconds(1));
    patient.tellAllAgain(clock.nanos());
    assertEquals(List.of(), patient.due(clock.nanos(), 64));
    clock.advance(Duration.ofSeconds(1));
    assertEquals(State.RESOLVED, patient.due(clock.nanos(), 64).getFirst().alert().state());
  }

  @Test
  void whatFiresAgainMeanwhileIsToldAtOnce() {
    Ledger patient = new Ledger(RESEND, RESEND, 8_000);
    Alert alert = MadeAlerts.firing("a");
    patient.update(identified(alert), clock.now(), clock.nanos());
    patient.taken(patient.due(clock.nanos(), 64), clock.nanos());
    patient.update(identified(over(alert)), clock.now(), clock.nanos());
    patient.update(identified(alert), clock.now(), clock.nanos());
    assertEquals(State.FIRING, patient.due(clock.nanos(), 64).getFirst().alert().state());
  }

  @Test
  void whatMayHaveBeenHeardIsToldToBeOver() {
    Alert alert = MadeAlerts.firing("a");
    see(alert);
    ledger.maybeTaken(ledger.due(clock.nanos(), 64));
    see(over(alert));
    assertEquals(List.of("a RESOLVED"), tell());
  }

  /** Alertmanager may lose it before it has told anybody. */
  @Test
  void whatIsOverIsToldAgainForAsLongAsItIsThere() {
    Alert alert = MadeAlerts.firing("a");
    see(alert);
    tell();
    see(over(alert));
    assertEquals(List.of("a RESOLVED"), tell());
    clock.advance(RESEND);
    see(over(alert));
    assertEquals(List.of("a RESOLVED"), tell());
    see();
    assertEquals(0, ledger.size());
  }

  @Test
  void whatIsNoLongerThereIsOver() {
    see(MadeAlerts.firing("a"));
    tell();
    clock.advance(Duration.ofSeconds(5));
    see();
    Alert told = ledger.due(clock.nanos(), 64).getFirst().alert();
    assertEquals(clock.now(), told.resolvedAt().orElseThrow());
    clock.advance(Duration.ofHours(9));
    see();
    assertEquals(List.of("a RESOLVED"), tell(), "however late it is");
    see();
    assertEquals(0, ledger.size());
  }

  @Test
  void whatFiresOnceMoreIsToldAtOnce() {
    Alert alert = MadeAlerts.firing("a");
    see(alert);
    tell();
    see(over(alert));
    tell();
    see(MadeAlerts.firing(AlertRule.TMPFS_ALMOST_FULL, "a", MadeAlerts.BEGAN.plusSeconds(100)));
    assertEquals(List.of("a FIRING"), tell());
  }

  @Test
  void otherWordsAloneAreNoNews() {
    Alert alert = MadeAlerts.firing("a");
    see(alert);
    tell();
    see(
        new Alert(
            alert.rule(),
            alert.labels(),
            alert.state(),
            alert.activeAt(),
            alert.firedAt(),
            alert.resolvedAt(),
            "91 % full",
            "It grows."));
    assertEquals(List.of(), tell());
    clock.advance(RESEND);
    assertEquals("91 % full", ledger.due(clock.nanos(), 64).getFirst().alert().summary());
  }

  @Test
  void whatIsRefusedRestsAnHourOrUntilItChanges() {
    Alert alert = MadeAlerts.firing("a");
    see(alert);
    ledger.refused(ledger.due(clock.nanos(), 64).getFirst(), clock.nanos());
    ledger.tellAllAgain(clock.nanos());
    assertEquals(0, ledger.waiting(clock.nanos()));
    assertEquals(1, ledger.dropped());
    clock.advance(Duration.ofHours(1));
    assertTrue(ledger.due(clock.nanos(), 64).getFirst().isAlone());
    ledger.refused(ledger.due(clock.nanos(), 64).getFirst(), clock.nanos());
    assertEquals(1, ledger.dropped(), "it is still the same");
    see(MadeAlerts.firing(alert.rule(), "a", MadeAlerts.BEGAN.plusSeconds(1)));
    assertEquals(List.of("a FIRING"), tell());
  }

  @Test
  void theMostImportantComeFirstAndSuspectsLast() {
    see(
        MadeAlerts.firing(AlertRule.TMPFS_UNBOUNDED, "info", MadeAlerts.BEGAN),
        MadeAlerts.firing(AlertRule.TMPFS_ALMOST_FULL, "warning", MadeAlerts.BEGAN),
        MadeAlerts.firing(AlertRule.TMPFS_OOM_IMMINENT, "critical", MadeAlerts.BEGAN));
    assertEquals(List.of("critical FIRING", "warning FIRING"), names(ledger.due(clock.nanos(), 2)));
    ledger.sendAlone(ledger.due(clock.nanos(), 2));
    assertEquals(List.of("info FIRING"), tell());
    assertEquals(List.of("critical FIRING"), tell());
    assertEquals(List.of("warning FIRING"), tell());
  }

  @Test
  void whatFiresComesBeforeWhatIsOver() {
    Alert heard = MadeAlerts.firing("heard");
    see(heard);
    tell();
    see(over(heard));
    clock.advance(Duration.ofSeconds(9));
    see(over(heard), MadeAlerts.firing("new"));
    assertEquals(List.of("new FIRING", "heard RESOLVED"), tell());
  }

  /** None of them is ever taken, and any of them may have been heard of. */
  @Test
  void aHundredThousandThatComeAndGoLeaveNothingBehind() {
    Alert stays = MadeAlerts.firing("stays");
    int largest = 0;
    for (int round = 0; round < 100; round++) {
      int first = round * 1000;
      Alert[] now =
          IntStream.range(0, 1001)
              .mapToObj(i -> i == 1000 ? stays : MadeAlerts.firing("c" + (first + i)))
              .toArray(Alert[]::new);
      see(now);
      ledger.maybeTaken(ledger.due(clock.nanos(), 100_000));
      clock.advance(Duration.ofSeconds(1));
      largest = Math.max(largest, ledger.size());
    }
    assertTrue(largest <= 8_000, "at most " + largest);
    assertTrue(ledger.dropped() > 0);
    List<String> firing =
        names(ledger.due(clock.nanos(), 100_000)).stream()
            .filter(name -> name.endsWith("FIRING"))
            .toList();
    assertEquals(1001, firing.size(), "what fires is never forgotten");
    assertTrue(firing.contains("stays FIRING"));
  }

  private Alert over(Alert alert) {
    return MadeAlerts.resolved(alert, clock.now());
  }

  private static Map<Identity, Alert> identified(Alert... alerts) {
    Map<Identity, Alert> all = new HashMap<>();
    for (Alert alert : alerts) {
      all.put(Identity.of(alert), alert);
    }
    return all;
  }

  private void see(Alert... alerts) {
    ledger.update(identified(alerts), clock.now(), clock.nanos());
  }

  private List<String> tell() {
    List<Told> due = ledger.due(clock.nanos(), 64);
    ledger.taken(due, clock.nanos());
    return names(due);
  }

  private static List<String> names(List<Told> due) {
    return due.stream()
        .map(Told::alert)
        .map(alert -> alert.labels().get("container") + " " + alert.state())
        .toList();
  }
}
