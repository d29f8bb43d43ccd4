package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.event.EventBook;
import io.bilgewatch.agent.event.EventCount;
import io.bilgewatch.agent.event.EventMetric;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent.OomKilled;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Kills that the kernel's log did not tell of. */
class OomWatchTest {
  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  private static final long MIB = 1 << 20;

  private Duration sinceBoot = Duration.ofHours(1);
  private final EventBook book = new EventBook(new LabelText(64), 1_000, true);
  private final OomWatch watch = new OomWatch(book, START, () -> {}, () -> sinceBoot);

  @Test
  void aKillThatOnlyTheCgroupCountedIsCountedOnceAfterTheLogHadItsTime() throws Malformed {
    look(1, 5, 40 * MIB);
    look(2, 6, 60 * MIB);
    assertEquals(0, kills(book(2)), "the log may still tell of it");
    look(7, 6, 60 * MIB);
    Events now = book(7);
    assertEquals(1, kills(now));
    var kill = (OomKilled) now.recent().getFirst().event();
    assertEquals("tmpfs", kill.cause().label());
    assertEquals("/scratch", kill.tmpfs().orElseThrow());
    assertTrue(kill.text().contains("the cgroup counted it"), kill.text());
    look(20, 6, 60 * MIB);
    assertEquals(1, kills(book(20)));
  }

  @Test
  void killsOfBeforeTheAgentAreNotItsOwn() throws Malformed {
    look(1, 17, 0);
    look(10, 17, 0);
    assertEquals(0, kills(book(10)));
  }

  /** Docker's date of the start is 11:00 here, the first process began at 12:00:02. */
  @Test
  void aLifeBeginsWithItsFirstProcess() throws Malformed {
    sinceBoot = Duration.ofSeconds(6);
    look(8, 1, 0);
    look(12, 1, 0);
    assertEquals(1, kills(book(12)));
  }

  @Test
  void aCounterThatWasNotReadAnewSaysNothing() throws Malformed {
    look(1, 0, 0);
    watch.settle(seen(3, 0), Optional.empty(), START.plusSeconds(2));
    watch.settle(seen(3, 0), Optional.empty(), START.plusSeconds(9));
    assertEquals(0, kills(book(9)));
  }

  @Test
  void ofSeveralTmpfsTheOneThatHoldsMostIsKeptWhenTheContainerIsGone() {
    FullestTmpfs fullest = new FullestTmpfs();
    fullest.learn(
        Map.of(Fixtures.ID, Reading.of(List.of(Fixtures.tmpfs("/a", 5), Fixtures.tmpfs("/b", 9)))));
    fullest.learn(Map.of());
    assertEquals(Optional.of("/b"), fullest.of(Fixtures.ID));
    assertEquals(Optional.empty(), fullest.of("another"));
  }

  @Test
  void ofThoseThatAreGoneSomeAreKeptAndOfThoseThatRunAll() {
    FullestTmpfs fullest = new FullestTmpfs();
    Map<String, Reading<List<Reading<TmpfsUsage>>>> running = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      fullest.learn(Map.of("gone" + i, Reading.of(List.of(Fixtures.tmpfs("/a", 1)))));
      running.put("running" + i, Reading.of(List.of(Fixtures.tmpfs("/a", 1))));
    }
    fullest.learn(running);
    assertEquals(Optional.empty(), fullest.of("gone1400"));
    assertEquals(Optional.of("/a"), fullest.of("gone1999"));
    for (String each : running.keySet()) {
      assertEquals(Optional.of("/a"), fullest.of(each));
    }
  }

  @Test
  void ofSeveralThatHoldNothingNoneIsNamedAndAnOnlyOneIs() {
    FullestTmpfs fullest = new FullestTmpfs();
    fullest.learn(
        Map.of(Fixtures.ID, Reading.of(List.of(Fixtures.tmpfs("/a", 0), Fixtures.tmpfs("/b", 0)))));
    assertEquals(Optional.empty(), fullest.of(Fixtures.ID));
    fullest.learn(Map.of(Fixtures.ID, Reading.of(List.of(Fixtures.tmpfs("/a", 0)))));
    assertEquals(Optional.of("/a"), fullest.of(Fixtures.ID));
  }

  private void look(int second, long kills, long shmem) throws Malformed {
    Instant now = START.plus(Duration.ofSeconds(second));
    watch.settle(seen(kills, shmem), Optional.of(MemoryLook.whole(now)), now);
  }

  private Events book(int second) {
    return book.events(
        Map.of(Fixtures.ID, "web"), Map.of(), List.of(), START.plus(Duration.ofSeconds(second)));
  }

  private static long kills(Events events) {
    return events.counts().stream()
        .filter(count -> count.metric() == EventMetric.OOM_KILLS)
        .mapToLong(EventCount::value)
        .sum();
  }

  private static News.Seen seen(long kills, long shmem) throws Malformed {
    MemoryUsage usage =
        new MemoryUsage(
            "/docker/" + Fixtures.ID,
            Limit.bytes(64 * MIB),
            64 * MIB,
            OptionalLong.of(shmem),
            OptionalLong.of(64 * MIB),
            OptionalLong.of(0),
            OptionalLong.of(kills));
    MemoryCgroup cgroup =
        new MemoryCgroup(
            MemoryCgroup.Version.V2, "/docker/" + Fixtures.ID, KernelPath.of("/c"), List.of());
    ProcessFacts facts =
        new ProcessFacts(
            new ProcessIdentity(4711, 1),
            Fixtures.no(),
            Fixtures.no(),
            Fixtures.no(),
            Reading.of(cgroup),
            Fixtures.no(),
            Fixtures.no());
    return new News.Seen(
        new Inventory(List.of(Fixtures.container()), Map.of(), Map.of()),
        Map.of(Fixtures.ID, Reading.of(facts)),
        Map.of(Fixtures.ID, Reading.of(List.of(Fixtures.tmpfs("/scratch", shmem)))),
        Map.of(Fixtures.ID, Reading.of(usage)));
  }
}
