package io.bilgewatch.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Kills that the kernel's log did not tell of. */
class OomWatchTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  private static final long MIB = 1 << 20;

  private final EventBook book = new EventBook(new LabelText(64), 1_000);
  private final OomWatch watch = new OomWatch(book, START, () -> {});

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

  @Test
  void aCounterThatWasNotReadAnewSaysNothing() throws Malformed {
    look(1, 0, 0);
    watch.settle(readings(3, 0), Optional.empty(), START.plusSeconds(2));
    watch.settle(readings(3, 0), Optional.empty(), START.plusSeconds(9));
    assertEquals(0, kills(book(9)));
  }

  @Test
  void ofSeveralTmpfsTheOneThatHoldsMostIsKeptWhenTheContainerIsGone() {
    FullestTmpfs fullest = new FullestTmpfs();
    fullest.learn(Map.of(ID, Reading.of(List.of(tmpfs("/a", 5), tmpfs("/b", 9)))));
    fullest.learn(Map.of());
    assertEquals(Optional.of("/b"), fullest.of(ID));
    assertEquals(Optional.empty(), fullest.of("another"));
  }

  @Test
  void ofSeveralThatHoldNothingNoneIsNamedAndAnOnlyOneIs() {
    FullestTmpfs fullest = new FullestTmpfs();
    fullest.learn(Map.of(ID, Reading.of(List.of(tmpfs("/a", 0), tmpfs("/b", 0)))));
    assertEquals(Optional.empty(), fullest.of(ID));
    fullest.learn(Map.of(ID, Reading.of(List.of(tmpfs("/a", 0)))));
    assertEquals(Optional.of("/a"), fullest.of(ID));
  }

  private void look(int second, long kills, long shmem) throws Malformed {
    Instant now = START.plus(Duration.ofSeconds(second));
    watch.settle(readings(kills, shmem), Optional.of(now), now);
  }

  private Events book(int second) {
    return book.events(
        Map.of(ID, "web"), Map.of(), List.of(), START.plus(Duration.ofSeconds(second)));
  }

  private static long kills(Events events) {
    return events.counts().stream()
        .filter(count -> count.metric() == EventMetric.OOM_KILLS)
        .mapToLong(EventCount::value)
        .sum();
  }

  private static Readings readings(long kills, long shmem) throws Malformed {
    MemoryUsage usage =
        new MemoryUsage(
            "/docker/" + ID,
            Limit.bytes(64 * MIB),
            64 * MIB,
            OptionalLong.of(shmem),
            OptionalLong.of(64 * MIB),
            OptionalLong.of(0),
            OptionalLong.of(kills));
    MemoryCgroup cgroup =
        new MemoryCgroup(MemoryCgroup.Version.V2, "/docker/" + ID, KernelPath.of("/c"), List.of());
    ProcessFacts facts =
        new ProcessFacts(
            new ProcessIdentity(4711, 1), no(), no(), no(), Reading.of(cgroup), no(), no());
    return new Readings(
        new Inventory(List.of(container()), Map.of(), Map.of()),
        Map.of(ID, Reading.of(facts)),
        Map.of(ID, Reading.of(List.of(tmpfs("/scratch", shmem)))),
        Map.of(ID, Reading.of(usage)),
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        no(),
        no());
  }

  private static Reading<TmpfsUsage> tmpfs(String path, long used) {
    return Reading.of(
        new TmpfsUsage(
            KernelPath.of(path),
            "0:" + path.length(),
            Limit.bytes(1 << 28),
            OptionalLong.of(used),
            OptionalLong.empty(),
            OptionalLong.empty(),
            true,
            false));
  }

  private static <T> Reading<T> no() {
    return Reading.missing(Cause.PENDING, "not of interest here");
  }

  private static Container container() throws Malformed {
    String state =
        """
        {"ID":"%s","Name":"/web",
         "State":{"Running":true,"Pid":4711,"StartedAt":"2026-11-25T11:00:00Z"}}
        """;
    return new Container(
        DockerJson.containerState("test", state.formatted(ID).getBytes(UTF_8)),
        no(),
        Path.of("/var/lib/docker"),
        Path.of("/var/lib/docker/containers", ID));
  }
}
