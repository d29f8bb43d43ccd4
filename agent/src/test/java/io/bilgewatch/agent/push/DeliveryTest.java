package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.agent.push.FakeWire.Sent;
import io.bilgewatch.agent.push.Wire.Answer;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.PushStatus;
import io.bilgewatch.agent.view.PushStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final HandClock clock = new HandClock();
  private final FakeWire wire = new FakeWire(clock);
  private final Ledger ledger = new Ledger(Duration.ofMinutes(1), Duration.ZERO, 8_000);
  private final Delivery delivery =
      new Delivery(
          "http://am:9093",
          wire,
          PayloadTest.payload("host1:10058"),
          ledger,
          new Backoff(() -> 0),
          clock);
  private final Admission admission = new Admission(4_000);

  @Test
  void asksAnEmptyQuestionWhereThereIsNothingToTell() {
    tick(List.of());
    assertEquals(List.of(0), wire.sizes());
    assertEquals(State.UP, delivery.status().state());
    seconds(59, List.of());
    assertEquals(List.of(0), wire.sizes());
    seconds(1, List.of());
    assertEquals(List.of(0, 0), wire.sizes());
  }

  @Test
  void sendsNoMoreThanSixtyFourAtOnce() {
    tick(firing(150));
    assertEquals(List.of(64, 64, 22), wire.sizes());
    assertEquals(150, delivery.status().sent());
    assertEquals(0, delivery.status().waiting());
  }

  @Test
  void sendsNoMoreThanAMegabyteAtOnce() {
    List<Alert> large =
        IntStream.range(0, 64).mapToObj(i -> MadeAlerts.firing(i + "x".repeat(30_000))).toList();
    tick(large);
    assertTrue(wire.largest() <= Delivery.MOST_BYTES, wire.largest() + " bytes");
    assertTrue(wire.sizes().size() > 1, () -> wire.sizes().toString());
    assertEquals(64, wire.taken().size());
  }

  @Test
  void anAlertThatIsLargerThanThatIsLeftOut() {
    tick(List.of(MadeAlerts.firing("x".repeat(2 << 20)), MadeAlerts.firing("small")));
    assertEquals(Set.of("small"), containers());
    assertEquals(1, delivery.status().dropped());
  }

  @Test
  void everyAlertIsToldAgainLongBeforeItEnds() {
    List<Alert> alerts = firing(100);
    Map<String, List<Sent>> byContainer = new HashMap<>();
    for (int i = 0; i < 600; i++) {
      tick(alerts);
      clock.advance(SECOND);
    }
    wire.taken()
        .forEach(sent ->
            byContainer.computeIfAbsent(sent.container(), _ -> new ArrayList<>()).add(sent));
    assertEquals(100, byContainer.size());
    for (List<Sent> ofOne : byContainer.values()) {
      assertEquals(10, ofOne.size());
      for (int i = 1; i < ofOne.size(); i++) {
        long gap = ofOne.get(i).nanos() - ofOne.get(i - 1).nanos();
        assertEquals(Duration.ofMinutes(1).toNanos(), gap);
      }
      Instant firstEnds = Instant.parse(ofOne.getFirst().alert().get("endsAt").asText());
      assertEquals(MadeAlerts.BEGAN.plusSeconds(240), firstEnds);
    }
  }

  /**
   * Down for ten minutes: fifty alerts hold all along, thirty were heard of and are over meanwhile,
   * and five begin each second and last for twenty, of which nobody is to hear later.
   */
  @Test
  void afterTenMinutesEachAlertThatHoldsArrivesOnce() {
    List<Alert> holding = IntStream.range(0, 50).mapToObj(i -> alert("holds" + i)).toList();
    List<Alert> ending = IntStream.range(0, 30).mapToObj(i -> alert("ends" + i)).toList();
    Instant over = clock.now().plusSeconds(60);
    tick(Stream.concat(holding.stream(), ending.stream()).toList());
    assertEquals(80, wire.taken().size());
    wire.forget();
    wire.answer(_ -> FakeWire.REFUSED_CONNECTION);
    List<Alert> ended = ending.stream().map(a -> MadeAlerts.resolved(a, over)).toList();
    List<Alert> passing = new ArrayList<>();
    int largest = 0;
    for (int second = 0; second < 600; second++) {
      clock.advance(SECOND);
      passing = passing(passing, second);
      tick(together(holding, ended, passing));
      largest = Math.max(largest, ledger.size());
    }
    assertEquals(List.of(), wire.taken());
    assertTrue(largest <= 50 + 30 + 5 * 20, largest + " are kept in mind");
    PushStatus down = delivery.status();
    assertEquals(State.DOWN, down.state());
    assertTrue(down.errors() >= 20 && down.errors() <= 30, down::toString);
    List<String> present =
        passing.stream().filter(Alert::isFiring).map(a -> a.labels().get("container")).toList();
    wire.answer(_ -> new Answer.Taken());
    for (int second = 0; second < 50; second++) {
      clock.advance(SECOND);
      tick(together(holding, ended, passing));
    }
    List<String> arrived = wire.taken().stream().map(Sent::container).toList();
    assertEquals(new HashSet<>(arrived).size(), arrived.size(), "each once");
    Set<String> expected =
        together(holding, ended, List.of()).stream()
            .map(a -> a.labels().get("container"))
            .collect(Collectors.toSet());
    expected.addAll(present);
    assertEquals(expected, Set.copyOf(arrived));
    assertEquals(
        30,
        wire.taken().stream()
            .filter(s -> s.alert().get("endsAt").asText().equals(over.toString()))
            .count());
  }

  /** Five more, and those over that are older than twenty seconds; resolved ones stay a while. */
  private List<Alert> passing(List<Alert> before, int second) {
    List<Alert> now = new ArrayList<>();
    for (Alert alert : before) {
      Instant endsAt = alert.firedAt().orElseThrow().plusSeconds(20);
      boolean over = alert.isFiring() && !endsAt.isAfter(clock.now());
      now.add(over ? MadeAlerts.resolved(alert, clock.now()) : alert);
    }
    IntStream.range(0, 5).forEach(i -> now.add(alert("passes" + second + "-" + i)));
    return now;
  }

  private Alert alert(String container) {
    return MadeAlerts.firing(AlertRule.TMPFS_ALMOST_FULL, container, clock.now());
  }

  private static List<Alert> together(List<Alert> a, List<Alert> b, List<Alert> c) {
    return Stream.of(a, b, c).flatMap(List::stream).toList();
  }

  @Test
  void leavesADeadOneAloneForLongerAndLonger() {
    wire.answer(_ -> FakeWire.REFUSED_CONNECTION);
    List<Long> at = new ArrayList<>();
    long began = clock.nanos();
    for (int second = 0; second < 200; second++) {
      int before = wire.sizes().size();
      tick(firing(1));
      if (wire.sizes().size() > before) {
        at.add(Duration.ofNanos(clock.nanos() - began).toSeconds());
      }
      clock.advance(SECOND);
    }
    assertEquals(List.of(0L, 1L, 3L, 7L, 15L, 31L, 61L, 91L, 121L, 151L, 181L), at);
  }

  @Test
  void beginsAnewWithASecondAfterItWasWell() {
    wire.answer(_ -> FakeWire.REFUSED_CONNECTION);
    seconds(20, firing(1));
    wire.answer(_ -> new Answer.Taken());
    seconds(20, firing(1));
    assertEquals(State.UP, delivery.status().state());
    wire.answer(_ -> FakeWire.REFUSED_CONNECTION);
    tick(firing(2));
    assertEquals(State.DOWN, delivery.status().state());
    wire.answer(_ -> new Answer.Taken());
    seconds(1, firing(2));
    assertEquals(State.UP, delivery.status().state());
  }

  /** A request without an answer may have arrived; a connection that was refused did not. */
  @Test
  void whatMayHaveArrivedIsToldToBeOverAndWhatDidNotIsNot() {
    Instant over = MadeAlerts.BEGAN.plusSeconds(1);
    wire.answer(_ -> new Answer.Failed("no answer", true));
    tick(List.of(MadeAlerts.firing("maybe")));
    wire.answer(_ -> FakeWire.REFUSED_CONNECTION);
    seconds(1, List.of(MadeAlerts.firing("maybe"), MadeAlerts.firing("never")));
    wire.answer(_ -> new Answer.Taken());
    seconds(
        40,
        List.of(
            MadeAlerts.resolved(MadeAlerts.firing("maybe"), over),
            MadeAlerts.resolved(MadeAlerts.firing("never"), over)));
    assertEquals(List.of("maybe"), wire.taken().stream().map(Sent::container).toList());
  }

  /** It was restarted: what it held in memory is gone, told a moment ago or not. */
  @Test
  void whatFiresIsAllToldAtOnceOnceItIsBack() {
    tick(firing(100));
    clock.advance(Duration.ofSeconds(5));
    wire.forget();
    wire.answer(_ -> FakeWire.REFUSED_CONNECTION);
    List<Alert> oneMore = firing(101);
    tick(oneMore);
    wire.answer(_ -> new Answer.Taken());
    seconds(2, oneMore);
    assertEquals(101, wire.taken().size());
    assertEquals(101, containers().size());
  }

  @Test
  void oneBadAlertDoesNotHoldUpTheOthers() {
    wire.answer(alerts -> refusing(alerts, "c7"));
    tick(firing(100));
    assertEquals(99, containers().size());
    assertEquals(99, wire.taken().size(), "each once");
    PushStatus status = delivery.status();
    assertEquals(1, status.dropped());
    assertEquals(State.UP, status.state());
    wire.forget();
    seconds(60, firing(100));
    assertEquals(List.of(64, 35), wire.sizes(), "it is not sent again with the others");
  }

  private static Answer refusing(List<JsonNode> alerts, String container) {
    boolean bad =
        alerts.stream().anyMatch(a -> a.at("/labels/container").asText().equals(container));
    return bad ? new Answer.Refused("it answers 400") : new Answer.Taken();
  }

  @Test
  void oneThatRefusesAnythingIsDownAndNothingIsLost() {
    wire.answer(_ -> new Answer.Refused("it answers 400"));
    tick(firing(3));
    assertEquals(State.DOWN, delivery.status().state());
    assertEquals(0, delivery.status().dropped());
    wire.answer(_ -> new Answer.Taken());
    seconds(1, firing(3));
    assertEquals(3, containers().size());
  }

  @Test
  void theTimeThatSomebodySetsChangesNoIntervals() {
    tick(firing(1));
    clock.set(MadeAlerts.BEGAN.minusSeconds(86_400));
    seconds(60, firing(1));
    assertEquals(2, wire.taken().size());
  }

  private void seconds(int count, List<Alert> alerts) {
    for (int i = 0; i < count; i++) {
      clock.advance(SECOND);
      tick(alerts);
    }
  }

  /** As its thread does it: until there is nothing to do. */
  private void tick(List<Alert> alerts) {
    Map<Identity, Alert> admitted = admission.admit(alerts);
    while (delivery.step(admitted).isZero()) {
      // Each step is one request.
    }
  }

  private Set<String> containers() {
    return wire.taken().stream().map(Sent::container).collect(Collectors.toSet());
  }

  private static List<Alert> firing(int count) {
    return IntStream.range(0, count).mapToObj(i -> MadeAlerts.firing("c" + i)).toList();
  }
}
