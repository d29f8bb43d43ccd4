package io.bilgewatch.agent.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Limit;
import io.bilgewatch.oom.OomCause;
import io.bilgewatch.oom.OomKill;
import io.bilgewatch.oom.OomScope;
import io.bilgewatch.oom.Victim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OomLedgerTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final String ID = "c".repeat(64);
  private static final String CGROUP = "/docker/" + ID;
  private static final long MIB = 1 << 20;

  private final OomLedger ledger = new OomLedger(START);
  private final List<CountedKill> counted = new ArrayList<>();

  @Test
  void theLogFirstAndThenTheCounter() {
    counter(1, "a", 0);
    log(1500);
    assertEquals(1, counted.size());
    assertTrue(counted.getFirst().fromLog());
    counter(2, "a", 1);
    settle(60);
    assertEquals(1, counted.size());
  }

  @Test
  void theCounterFirstAndThenTheLog() {
    counter(1, "a", 0);
    counter(2, "a", 1);
    settle(3);
    assertEquals(0, counted.size());
    log(1500);
    settle(60);
    assertEquals(1, counted.size());
    assertTrue(counted.getFirst().fromLog());
  }

  @Test
  void aKillDuringALookThatTakesLongIsTheOneThatTheLookShows() {
    counter(1, "a", 0);
    counted.addAll(ledger.counter(ID, reading("a", -9_000, 1), at(2_000), at(5_000)));
    log(4_500);
    counter(6, "a", 1);
    settle(60);
    assertEquals(1, counted.size());
  }

  @Test
  void aKillDuringALookThatDoesNotShowItIsTheOneThatTheNextShows() {
    counter(1, "a", 0);
    counted.addAll(ledger.counter(ID, reading("a", -9_000, 0), at(2_000), at(9_000)));
    log(2_500);
    counter(10, "a", 1);
    settle(60);
    assertEquals(1, counted.size());
  }

  @Test
  void whatTheLogLostCountsWhenItHadItsTime() {
    counter(1, "a", 0);
    counter(2, "a", 2);
    log(1500);
    settle(4);
    assertEquals(1, counted.size());
    settle(5);
    assertEquals(2, counted.size());
    assertFalse(counted.getLast().fromLog());
    counter(6, "a", 2);
    settle(60);
    assertEquals(2, counted.size());
  }

  @Test
  void aLineThatComesMuchTooLateIsKnownForWhatHasCounted() {
    counter(1, "a", 0);
    counter(2, "a", 1);
    settle(10);
    assertEquals(1, counted.size());
    log(1500);
    settle(60);
    assertEquals(1, counted.size());
  }

  @Test
  void aContainerThatWasRemovedBeforeItsCounterWasRead() {
    log(1500);
    settle(60);
    assertEquals(1, counted.size());
  }

  @Test
  void whatHappenedBeforeTheAgentStartedCountsForNothing() {
    ledger.log(ID, kill(OptionalLong.empty(), Optional.empty()), START.minusSeconds(1));
    counter(1, "a", 7);
    settle(60);
    assertEquals(List.of(), counted);
    counter(61, "a", 8);
    settle(120);
    assertEquals(1, counted.size());
  }

  @Test
  void aContainerThatStartedLaterHasAllItsKillsCounted() {
    counter(5, reading("a", 4, 1, Optional.empty(), Optional.empty()));
    settle(60);
    assertEquals(1, counted.size());
  }

  @Test
  void aRestartMakesACounterThatBeginsAnew() {
    counter(1, "a", 3);
    log(1500);
    counter(5, reading("b", 4, 0, Optional.empty(), Optional.empty()));
    counter(6, reading("b", 4, 1, Optional.empty(), Optional.empty()));
    settle(60);
    assertEquals(2, counted.size());
    // Made anew without another name: less than before.
    counter(70, reading("b", 4, 9, Optional.empty(), Optional.empty()));
    settle(80);
    assertEquals(10, counted.size());
    counter(81, reading("b", 4, 2, Optional.empty(), Optional.empty()));
    settle(90);
    assertEquals(12, counted.size());
  }

  @Test
  void aCounterThatCannotBeReadLeavesTheLog() {
    CounterReading unread =
        new CounterReading("a", START, OptionalLong.empty(), Optional.empty(), hint(30, 32));
    counter(1, unread);
    log(1500);
    counter(2, unread);
    settle(60);
    assertEquals(List.of(OomCause.TMPFS), causes());
  }

  @Test
  void aReadingThatIsOlderThanItIsSaidToBe() {
    counter(1, "a", 0);
    log(1200);
    counter(2, "a", 0);
    counter(3, "a", 1);
    settle(60);
    assertEquals(1, counted.size());
    // But what the counter never shows does not stand in for what the log lost.
    log(61_500);
    counter(62, "a", 1);
    counter(66, "a", 1);
    counter(67, "a", 2);
    settle(90);
    assertEquals(3, counted.size());
  }

  @Test
  void versionOneDoesNotCountWhatIsKilledBelow() {
    Optional<String> only = Optional.of(CGROUP);
    counter(1, reading("a", -9, 0, only, Optional.empty()));
    counted.addAll(
        ledger.log(ID, kill(OptionalLong.empty(), Optional.of(CGROUP + "/sub")), at(1500)));
    counter(2, reading("a", -9, 1, only, Optional.empty()));
    settle(60);
    assertEquals(2, counted.size());
    log(61_500);
    counter(62, reading("a", -9, 2, only, Optional.empty()));
    settle(80);
    assertEquals(3, counted.size());
  }

  @Test
  void theLogsWordOnTheCauseComesFirst() {
    counter(1, reading("a", -9, 0, Optional.empty(), hint(30, 32)));
    counted.addAll(ledger.log(ID, kill(OptionalLong.of(0), Optional.of(CGROUP)), at(1500)));
    log(1600);
    assertEquals(List.of(OomCause.MEMORY, OomCause.TMPFS), causes());
  }

  @Test
  void theCauseOfWhatTheCounterAloneSawIsWhatWasLastRead() {
    counter(1, reading("a", -9, 0, Optional.empty(), hint(1, 2)));
    counter(2, reading("a", -9, 1, Optional.empty(), hint(1, 1)));
    counter(3, reading("a", -9, 2, Optional.empty(), hint(31, 32)));
    counter(4, reading("a", -9, 3, Optional.empty(), hint(0, 1)));
    counter(5, reading("a", -9, 4, Optional.empty(), hint(0, 1)));
    settle(60);
    assertEquals(
        List.of(OomCause.MEMORY, OomCause.TMPFS, OomCause.TMPFS, OomCause.MEMORY), causes());
  }

  @Test
  void containersAreApart() {
    counter(1, "a", 0);
    counted.addAll(
        ledger.log("d".repeat(64), kill(OptionalLong.empty(), Optional.empty()), at(1500)));
    counter(2, "a", 1);
    settle(60);
    assertEquals(
        List.of("d".repeat(64), ID), counted.stream().map(CountedKill::containerId).toList());
  }

  @Test
  void aFloodIsBoundedAndCountsInFull() {
    counter(1, "a", 0);
    counter(2, "a", 10_000_000);
    settle(60);
    assertEquals(4096, counted.size());
    for (int i = 0; i < 20_000; i++) {
      log(60_000 + i);
    }
    assertEquals(24_096, counted.size());
  }

  /** A container's life: each kill counts once, wherever one of the two accounts told it. */
  @Test
  void inAnyOrderEachKillCountsOnce() {
    Random random = new Random(20_261_126);
    for (int i = 0; i < 30_000; i++) {
      Life life = new Life(random);
      assertEquals(life.expected, life.run(), life::toString);
    }
  }

  /** Kills within the seconds, readings at the full ones, and the log whenever it comes. */
  private static final class Life {
    private final List<Step> steps = new ArrayList<>();
    private final OomLedger ledger = new OomLedger(START);
    private int expected;

    private record Step(long at, String what, Object detail) {}

    Life(Random random) {
      int seconds = 2 + random.nextInt(9);
      boolean counted = random.nextInt(6) > 0;
      boolean logLoses = counted && random.nextBoolean();
      boolean removedEarly = !logLoses && random.nextInt(3) == 0;
      boolean logIsLate = random.nextInt(3) == 0;
      boolean stale = !logLoses && !logIsLate && random.nextBoolean();
      boolean startsLater = random.nextBoolean();
      int before = startsLater ? 0 : random.nextInt(3);
      long kills = before;
      String epoch = "1";
      long since = startsLater ? 500 : -5_000;
      for (int second = 1; second <= seconds; second++) {
        if (second > 1 && random.nextInt(8) == 0) {
          // A restart between two seconds without kills.
          epoch += "'";
          since = second * 1000L;
          kills = 0;
          steps.add(reading(since + 10, epoch, since, kills));
          continue;
        }
        long earlier = kills;
        for (int n = second > 1 ? random.nextInt(3) : 0; n > 0; n--) {
          long at = second * 1000L + 200 + random.nextInt(600);
          kills++;
          expected++;
          if (!logLoses || random.nextInt(3) > 0) {
            long latency = logIsLate ? random.nextInt(9_000) : random.nextInt(20);
            steps.add(new Step(at + latency, "log", at));
          }
        }
        boolean last = second == seconds;
        boolean read = counted && (random.nextInt(4) > 0 || (last && !removedEarly) || second == 1);
        if (read && !(last && removedEarly)) {
          long shown = stale && second > 1 && random.nextBoolean() ? earlier : kills;
          steps.add(reading((second + 1) * 1000L, epoch, since, shown));
        }
        // What no reading showed goes with a restart: the log has to have told it.
        if (!read && logLoses) {
          steps.add(reading((second + 1) * 1000L - 1, epoch, since, kills));
        }
        steps.add(new Step((second + 1) * 1000L + random.nextInt(900), "settle", 0));
      }
      Collections.shuffle(steps, random);
      steps.sort(Comparator.comparingLong(Step::at));
    }

    private static Step reading(long at, String epoch, long since, long kills) {
      return new Step(at, "counter", OomLedgerTest.reading(epoch, since, kills));
    }

    int run() {
      int told = 0;
      for (Step step : steps) {
        told +=
            switch (step.detail()) {
              case CounterReading reading ->
                  ledger.counter(ID, reading, at(step.at()), at(step.at())).size();
              case Long at -> ledger.log(ID, kill(), OomLedgerTest.at(at)).size();
              default -> ledger.settle(at(step.at())).size();
            };
      }
      return told + ledger.settle(at(600_000)).size();
    }

    @Override
    public String toString() {
      return expected + " kills: " + steps;
    }
  }

  @Test
  void thoseOfWhichThereIsNothingToKnowAreSoonForgotten() {
    for (long i = 0; i < 1_000; i++) {
      Instant now = at(i * 1_000);
      ledger.counter("%064x".formatted(i), reading("a", i * 1_000 + 1, 0), now, now);
      settle(i);
    }
    assertTrue(ledger.size() <= 181, () -> ledger.size() + " of three minutes");
    assertEquals(0, counted.size());
  }

  /** Else its kills would count once more when it comes back. */
  @Test
  void oneWhoseKillsCountedIsKnownForLonger() {
    counter(1, reading("a", 500, 0));
    counter(2, reading("a", 500, 1));
    settle(10);
    settle(1_000);
    assertEquals(1, ledger.size());
    counter(1_001, reading("a", 500, 1));
    settle(1_010);
    assertEquals(1, counted.size());
  }

  @Test
  void andOneThatRanBeforeTheAgentDid() {
    counter(1, reading("a", -9_000, 0));
    settle(1_000);
    counter(1_001, reading("a", -9_000, 1));
    settle(1_010);
    assertEquals(1, counted.size());
  }

  @Test
  void aForgottenOneThatComesBackCountsAllItsKills() {
    counter(1, reading("a", 500, 0));
    settle(1_000);
    assertEquals(0, ledger.size());
    counter(1_001, reading("a", 500, 1));
    settle(1_010);
    assertEquals(1, counted.size());
  }

  private static Instant at(long millis) {
    return START.plusMillis(millis);
  }

  private void log(long millis) {
    counted.addAll(ledger.log(ID, kill(), at(millis)));
  }

  private void counter(long second, String epoch, long kills) {
    counter(second, reading(epoch, -9_000, kills));
  }

  private void counter(long second, CounterReading reading) {
    Instant at = START.plus(Duration.ofSeconds(second));
    counted.addAll(ledger.counter(ID, reading, at, at));
  }

  private void settle(long second) {
    counted.addAll(ledger.settle(START.plus(Duration.ofSeconds(second))));
  }

  private List<OomCause> causes() {
    return counted.stream().map(CountedKill::cause).toList();
  }

  private static CounterReading reading(String epoch, long sinceMillis, long kills) {
    return new CounterReading(
        epoch, at(sinceMillis), OptionalLong.of(kills), Optional.empty(), Optional.empty());
  }

  private static CounterReading reading(
      String epoch, long since, long kills, Optional<String> only, Optional<CauseHint> hint) {
    return new CounterReading(
        epoch, START.plus(Duration.ofSeconds(since)), OptionalLong.of(kills), only, hint);
  }

  private static Optional<CauseHint> hint(long shmem, long usage) {
    return Optional.of(new CauseHint(shmem * MIB, usage * MIB, Limit.bytes(32 * MIB)));
  }

  private static OomKill kill() {
    return kill(OptionalLong.empty(), Optional.of(CGROUP));
  }

  private static OomKill kill(OptionalLong shmem, Optional<String> taskMemcg) {
    OptionalLong unknown = OptionalLong.empty();
    return new OomKill(
        Duration.ZERO,
        new Victim(
            1, "x", unknown, unknown, unknown, unknown, unknown, unknown, OptionalInt.empty()),
        OomScope.CGROUP,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        taskMemcg,
        Optional.of(ID),
        OptionalLong.of(32 * MIB),
        Optional.empty(),
        shmem);
  }
}
