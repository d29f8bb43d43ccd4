package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.watch.LayerSchedule.Allowed;
import io.bilgewatch.agent.watch.LayerSchedule.Candidate;
import io.bilgewatch.agent.watch.LayerSchedule.Times;
import io.bilgewatch.agent.watch.LayerSchedule.Turn;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerScheduleTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLISECOND = 1_000_000L;
  private static final Allowed AT_ONCE = new Allowed(0, 0, false);

  private final LayerSchedule schedule =
      new LayerSchedule(
          new Times(Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(600), 0.02));

  /** A layer that was read at second 0 and is quiet, in words that change it. */
  private static final class Layer {
    private final String id;
    private boolean measured = true;
    private long turnAt;
    private boolean written;
    private boolean flooded;
    private boolean underWay;
    private long checkNanos = MILLISECOND;
    private long readNanos = 10 * MILLISECOND;
    private long grewBytes;
    private boolean active;
    private boolean sealed;
    private boolean told = true;

    Layer(String id) {
      this.id = id;
    }

    Layer turnAt(long seconds) {
      turnAt = seconds * SECOND;
      return this;
    }

    Layer unmeasured() {
      measured = false;
      return this;
    }

    Layer written() {
      written = true;
      active = true;
      return this;
    }

    Layer flooded() {
      flooded = true;
      active = true;
      return this;
    }

    Layer underWay() {
      underWay = true;
      return this;
    }

    Layer costs(long checkMillis, long readMillis) {
      checkNanos = checkMillis * MILLISECOND;
      readNanos = readMillis * MILLISECOND;
      return this;
    }

    Layer grew(long bytes) {
      grewBytes = bytes;
      return this;
    }

    Layer active() {
      active = true;
      return this;
    }

    Layer sealed() {
      sealed = true;
      told = false;
      return this;
    }

    Layer untold() {
      told = false;
      return this;
    }

    Candidate candidate() {
      return new Candidate(
          id,
          measured,
          turnAt,
          written,
          flooded,
          underWay,
          0,
          0,
          checkNanos,
          readNanos,
          grewBytes,
          active,
          sealed,
          told);
    }
  }

  private Turn next(long now, Allowed allowed, Layer... layers) {
    List<Candidate> candidates = List.of(layers).stream().map(Layer::candidate).toList();
    return schedule.next(candidates, now, allowed).orElseThrow();
  }

  private Turn next(Layer... layers) {
    return next(0, AT_ONCE, layers);
  }

  private static void assertTurn(String id, LayerWork work, long millis, Turn turn) {
    assertEquals(
        id + " " + work + " " + millis,
        turn.id() + " " + turn.work() + " " + turn.atNanos() / MILLISECOND);
  }

  @Test
  void nothingToWatchIsNothingDue() {
    assertTrue(schedule.next(List.of(), 0, AT_ONCE).isEmpty());
  }

  @Test
  void aQuietLayerWhoseWritesAreToldOfIsOnlyChecked() {
    assertTurn("a", LayerWork.CHECK, 60_000, next(new Layer("a").costs(0, 0)));
  }

  @Test
  void whatWasWrittenToIsReadAtOnceAndThenOnceASecond() {
    assertTurn("a", LayerWork.WRITTEN, 1_000, next(new Layer("a").written()));
    assertTurn("a", LayerWork.WRITTEN, 8_000, next(new Layer("a").turnAt(7).written()));
  }

  @Test
  void withoutEventsEverythingIsReadSoonerWhereItChangedAndMuchLaterWhereItCanNot() {
    assertTurn("a", LayerWork.READ, 60_000, next(new Layer("a").untold()));
    assertTurn("a", LayerWork.READ, 15_000, next(new Layer("a").untold().active()));
    assertTurn("a", LayerWork.READ, 600_000, next(new Layer("a").sealed()));
  }

  /** 0.02 of a CPU, of which a hundredth and a 66th part: 0.2 and 0.3 ms each second. */
  @Test
  void theMoreThereIsTheLaterItIsCheckedAndRead() {
    assertTurn("a", LayerWork.CHECK, 500_000, next(new Layer("a").costs(100, 200)));
    assertTurn("a", LayerWork.READ, 600_000, next(new Layer("a").costs(300, 30)));
    assertTurn(
        "a",
        LayerWork.READ,
        3_300_000,
        next(new Layer("a").costs(900, 900), new Layer("b").costs(900, 100)));
  }

  @Test
  void aLayerThatIsFloodedIsReadWithinAQuarterOfTheShare() {
    assertTurn("a", LayerWork.READ, 2_000, next(new Layer("a").costs(1, 10).flooded()));
    assertTurn("a", LayerWork.READ, 1_000, next(new Layer("a").costs(0, 1).flooded()));
    assertTurn("a", LayerWork.CHECK, 15_000, next(new Layer("a").costs(1, 1_000).flooded()));
  }

  @Test
  void ofSeveralThatAreDueWhatIsUrgentComesFirstAndThenTheFasterGrowing() {
    Layer old = new Layer("old").untold();
    Layer fresh = new Layer("new").unmeasured();
    Layer slow = new Layer("slow").written().grew(10);
    Layer fast = new Layer("fast").written().grew(99);
    long now = 100 * SECOND;
    assertEquals("new", next(now, AT_ONCE, old, fresh).id());
    assertEquals("fast", next(now, AT_ONCE, old, fresh, slow, fast).id());
  }

  @Test
  void whatIsUnderWayGoesOnWhenTheBudgetAllowsItAndKeepsNobodyUp() {
    Layer under = new Layer("a").underWay();
    assertTurn("a", LayerWork.GO_ON, 0, next(under));
    Allowed later = new Allowed(0, 5 * SECOND, false);
    assertTurn("a", LayerWork.GO_ON, 5_000, next(0, later, under));
    assertTurn("b", LayerWork.WRITTEN, 1_000, next(0, later, under, new Layer("b").written()));
  }

  @Test
  void afterATurnWhatIsDueSoonNeedNotWaitForItsTime() {
    Allowed row = new Allowed(0, 0, true);
    assertTurn("a", LayerWork.CHECK, 55_000, next(0, row, new Layer("a").costs(0, 0)));
    assertTurn("a", LayerWork.READ, 55_000, next(0, row, new Layer("a").untold()));
    assertTurn("a", LayerWork.READ, 13_125, next(0, row, new Layer("a").untold().active()));
    assertTurn("a", LayerWork.WRITTEN, 1_000, next(0, row, new Layer("a").written()));
    assertTurn("a", LayerWork.READ, 2_000, next(0, row, new Layer("a").costs(1, 10).flooded()));
  }

  @Test
  void halfOfTheBudgetIsForWhatIsUrgentAndWhatOneDoesNotNeedIsTheOthers() {
    TurnBudget budget = new TurnBudget(0.02, 0);
    assertEquals(Duration.ZERO, budget.pause(true, 0));
    budget.spend(Duration.ofMillis(600), false, 0);
    // 0.1 s of debt at 1 % of a CPU are 10 s, and half of that where nothing is urgent.
    assertEquals(10_000, budget.pause(false, 0).toMillis());
    assertEquals(Duration.ZERO, budget.pause(true, 0));
    assertEquals(Duration.ZERO, budget.pause(false, 6 * SECOND));
  }
}
