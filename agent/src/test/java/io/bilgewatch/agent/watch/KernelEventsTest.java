package io.bilgewatch.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.event.Attribution;
import io.bilgewatch.agent.event.EventBook;
import io.bilgewatch.agent.event.EventCount;
import io.bilgewatch.agent.event.EventMetric;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.event.OwnerSource;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.KernelLogItem;
import io.bilgewatch.kernellog.KmsgRecord;
import io.bilgewatch.process.ProcessOwner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the items of the kernel's log become, and what they must not become. */
class KernelEventsTest {
  private static final String NOBODY = "fedcba9876543210".repeat(4);
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
  private static final int CONTAINERS_PID = 4711;
  private static final int HOSTS_PID = 12;

  private final EventBook book = new EventBook(new LabelText(64), 1_000, true);
  private final OomWatch kills =
      new OomWatch(book, CLOCK.instant().minusSeconds(60), () -> {}, () -> Duration.ZERO);
  private final KernelEvents events;
  private final Container container = Fixtures.container();
  private boolean auditIsRead;
  private long sequence;
  private Duration stamp = Duration.ofSeconds(5);

  KernelEventsTest() throws Malformed {
    Attribution attribution =
        new Attribution(OwnerSource.NONE, KernelEventsTest::owner, () -> List.of(container));
    events = new KernelEvents(book, kills, attribution, CLOCK);
  }

  private static ProcessOwner owner(int pid, Instant at) {
    return switch (pid) {
      case CONTAINERS_PID -> new ProcessOwner.OfContainer(Fixtures.ID);
      case HOSTS_PID -> ProcessOwner.HOST;
      default -> new ProcessOwner.Unknown("gone");
    };
  }

  @Test
  void aDenialIsItsContainersTheHostsOrNobodys() throws Malformed {
    var audit = events.ofAudit();
    audit.read(denial(1, CONTAINERS_PID), false);
    audit.read(denial(2, HOSTS_PID), false);
    audit.read(denial(3, 99), false);
    Events now = settled();
    assertEquals(1, count(now, EventMetric.LSM_DENIALS, Fixtures.ID));
    assertEquals(2, count(now, EventMetric.LSM_DENIALS, ""));
    assertEquals(Map.of(EventMetric.LSM_DENIALS, 1L), now.unattributed());
    EventCount own =
        now.counts().stream()
            .filter(
                c -> c.metric() == EventMetric.LSM_DENIALS && c.containerId().equals(Fixtures.ID))
            .findFirst()
            .orElseThrow();
    assertEquals(List.of("apparmor", "web-profile", "mknod"), own.labels());
    assertEquals("web", own.container());
  }

  @Test
  void copiesInTheKernelsLogCountOnlyWhereAuditIsNotRead() throws Malformed {
    var kmsg = events.ofKmsg(() -> auditIsRead);
    KernelLogItem copy = kmsg("audit: " + denialText(7, CONTAINERS_PID));
    auditIsRead = true;
    kmsg.read(copy, false);
    assertEquals(0, count(settled(), EventMetric.LSM_DENIALS, Fixtures.ID));
    auditIsRead = false;
    kmsg.read(copy, false);
    assertEquals(1, count(settled(), EventMetric.LSM_DENIALS, Fixtures.ID));
  }

  @Test
  void whatIsOlderThanTheAgentIsToldAndCountsNowhere() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    kmsg.read(kmsg("audit: " + denialText(7, CONTAINERS_PID)), true);
    dump(Fixtures.ID, 40_000_000).forEach(line -> kmsg.read(kmsg(line), true));
    Events now = settled();
    assertEquals(0, count(now, EventMetric.LSM_DENIALS, Fixtures.ID));
    assertEquals(0, count(now, EventMetric.OOM_KILLS, Fixtures.ID));
    assertEquals(2, now.recent().size());
    assertTrue(now.recent().stream().allMatch(LoggedEvent::before));
  }

  @Test
  void aKillIsDatedByItsRecordsHoweverLateTheyAreRead() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    kmsg.read(kmsg("eth0: link is up"), false);
    stamp = stamp.minusSeconds(4);
    dump(Fixtures.ID, 40_000_000).forEach(line -> kmsg.read(kmsg(line), false));
    Instant at = settled().recent().getFirst().event().at();
    Duration off = Duration.between(CLOCK.instant().minusSeconds(4), at).abs();
    assertTrue(off.toMillis() < 1_000, off::toString);
  }

  /** A default container may write such records: type 1107 with any text in it. */
  @Test
  void whatUserSpaceWritesIntoTheLogIsNothing() throws Malformed {
    var audit = events.ofAudit();
    var kmsg = events.ofKmsg(() -> false);
    String forged =
        "pid=1 uid=0 auid=1 ses=1 msg='x\naudit: " + denialText(9, CONTAINERS_PID) + "'";
    audit.read(
        new KernelLogItem.Audit(AuditRecord.ofNetlink(1107, "audit(1.000:9): " + forged)), false);
    kmsg.read(kmsg("audit: type=1107 audit(1.000:9): " + forged), false);
    for (String line : dump(Fixtures.ID, 40_000_000)) {
      kmsg.read(users(line), false);
      kmsg.read(users("audit: " + denialText(9, CONTAINERS_PID)), false);
    }
    Events now = settled();
    assertTrue(now.counts().stream().allMatch(count -> count.value() == 0), now.toString());
    assertEquals(List.of(), now.recent());
  }

  @Test
  void aKillByTmpfsNamesTheMountThatHoldsMost() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    dump(Fixtures.ID, 60_000_000).forEach(line -> kmsg.read(kmsg(line), false));
    Events now = settled();
    assertEquals(1, count(now, EventMetric.OOM_KILLS, Fixtures.ID));
    var kill = (HostEvent.OomKilled) now.recent().getFirst().event();
    assertEquals("tmpfs", kill.cause().label());
    assertEquals("/big", kill.tmpfs().orElseThrow());
    assertEquals("worker", kill.process());
    assertTrue(kill.text().contains("limit 64.0 MiB"), kill.text());
  }

  /** What that look read may be of before: the mount that was filled may not be among it. */
  @Test
  void aKillInTheMidstOfALookIsSettledBehindTheNext() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    kills.take();
    dump(Fixtures.ID, 60_000_000).forEach(line -> kmsg.read(kmsg(line), false));
    assertEquals(0, count(behindALook(), EventMetric.OOM_KILLS, Fixtures.ID));
    assertEquals(1, count(settled(), EventMetric.OOM_KILLS, Fixtures.ID));
  }

  @Test
  void aKillOfMemoryNamesNoMount() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    dump(Fixtures.ID, 1_000_000).forEach(line -> kmsg.read(kmsg(line), false));
    var kill = (HostEvent.OomKilled) settled().recent().getFirst().event();
    assertEquals("memory", kill.cause().label());
    assertTrue(kill.tmpfs().isEmpty());
  }

  @Test
  void aKillInAContainerThatNobodyKnowsIsNoOnesAndNotTheHosts() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    dump(NOBODY, 1_000_000).forEach(line -> kmsg.read(kmsg(line), false));
    Events now = settled();
    var kill = now.recent().getFirst().event();
    assertEquals(
        new Whose.Unattributed("unknown container " + NOBODY.substring(0, 12)), kill.whose());
    assertEquals(Map.of(EventMetric.OOM_KILLS, 1L), now.unattributed());
  }

  /** The kernel leaves out all but the last line where kills are many. */
  @Test
  void aKillOfWhichOnlyTheLastLineCameIsFoundByItsProcess() {
    var kmsg = events.ofKmsg(() -> true);
    kmsg.read(kmsg(dump(Fixtures.ID, 1_000_000).getLast()), false);
    assertEquals(1, count(settled(), EventMetric.OOM_KILLS, Fixtures.ID));
  }

  @Test
  void aKillWakesTheTickAndHistoryDoesNot() throws Malformed {
    var kmsg = events.ofKmsg(() -> true);
    dump(Fixtures.ID, 1_000_000).forEach(line -> kmsg.read(kmsg(line), true));
    assertFalse(kills.take());
    dump(Fixtures.ID, 1_000_000).forEach(line -> kmsg.read(kmsg(line), false));
    assertTrue(kills.take());
    assertFalse(kills.take(), "once");
  }

  @Test
  void lossIsAnEvent() {
    events
        .ofAudit()
        .read(new KernelLogItem.Lost(OptionalLong.of(42), "the ring was overrun"), false);
    assertEquals(
        "records of audit were lost: 42, the ring was overrun",
        settled().recent().getFirst().event().text());
  }

  private Events settled() {
    kills.take();
    return behindALook();
  }

  private Events behindALook() {
    News.Seen seen =
        new News.Seen(
            new Inventory(List.of(container), Map.of(), Map.of()),
            Map.of(),
            Map.of(
                Fixtures.ID,
                Reading.of(
                    List.of(Fixtures.tmpfs("/small", 10), Fixtures.tmpfs("/big", 60_000_000)))),
            Map.of());
    kills.settle(seen, Optional.empty(), CLOCK.instant().plusSeconds(10));
    return book.events(Map.of(Fixtures.ID, "web"), Map.of(), List.of(), CLOCK.instant());
  }

  private static long count(Events events, EventMetric metric, String id) {
    return events.counts().stream()
        .filter(count -> count.metric() == metric && count.containerId().equals(id))
        .mapToLong(EventCount::value)
        .sum();
  }

  private static KernelLogItem denial(int serial, int pid) throws Malformed {
    String text = denialText(serial, pid);
    return new KernelLogItem.Audit(
        AuditRecord.ofNetlink(1400, text.substring("type=1400 ".length())));
  }

  private static String denialText(int serial, int pid) {
    return ("type=1400 audit(1795600000.123:%d): apparmor=\"DENIED\" operation=\"mknod\""
            + " profile=\"web-profile\" name=\"/srv/x\" pid=%d comm=\"sh\" requested_mask=\"c\""
            + " denied_mask=\"c\" fsuid=0 ouid=0")
        .formatted(serial, pid);
  }

  private KernelLogItem kmsg(String text) {
    return item(6, text);
  }

  /** As /dev/kmsg has what a process wrote to it: facility 1. */
  private KernelLogItem users(String text) {
    return item(8 | 6, text);
  }

  private KernelLogItem item(int prefix, String text) {
    byte[] record =
        "%d,%d,%d,-;%s\n"
            .formatted(prefix, sequence++, stamp.toMillis() * 1_000, text.replace("\n", "\\x0a"))
            .getBytes(UTF_8);
    try {
      return new KernelLogItem.Kmsg(KmsgRecord.parse(record, 0, record.length));
    } catch (Malformed e) {
      throw new AssertionError(e);
    }
  }

  /** As Linux 6.1 writes it for a limit of 64 MiB. */
  private static List<String> dump(String id, long shmem) {
    String memcg = "/system.slice/docker-" + id + ".scope";
    return List.of(
        "worker invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "memory: usage 65536kB, limit 65536kB, failcnt 88",
        "swap: usage 0kB, limit 9007199254740988kB, failcnt 0",
        "Memory cgroup stats for " + memcg + ":",
        "anon 1000000\nfile %d\nkernel 500000\nshmem %d\nfile_mapped 0".formatted(shmem, shmem),
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
        "[   4711]     0  4711      823      360    45056        0             0 worker",
        "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=docker-%s.scope,mems_allowed=0,oom_memcg=%s,task_memcg=%s,task=worker,pid=4711,uid=0"
            .formatted(id, memcg, memcg),
        "Memory cgroup out of memory: Killed process 4711 (worker) total-vm:3292kB, anon-rss:1024kB,"
            + " file-rss:1264kB, shmem-rss:0kB, UID:0 pgtables:44kB oom_score_adj:0");
  }
}
