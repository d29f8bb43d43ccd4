package io.bilgewatch.oom;

import static io.bilgewatch.oom.Accounts.ID;
import static io.bilgewatch.oom.Accounts.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.kernel.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OomAssemblerTest {
  private static final String MEMCG = "/docker/" + ID;
  private static final long MIB = 1 << 20;

  private final OomAssembler assembler = new OomAssembler();
  private Duration now = Duration.ofSeconds(5);

  @Test
  void aTmpfsThatOutgrewTheLimitOfVersionTwo() {
    OomKill kill = only(offer(Accounts.versionTwo(MEMCG, "dd", 4711, 40 * MIB)));
    assertEquals(Optional.of(ID), kill.containerId());
    assertEquals(Optional.of(OomCause.TMPFS), kill.cause());
    assertEquals(Optional.of("eater"), kill.trigger());
    assertEquals(Optional.of("CONSTRAINT_MEMCG"), kill.constraint());
    assertEquals(OomScope.CGROUP, kill.scope());
    assertEquals(OptionalLong.of(48 * MIB), kill.usageBytes());
    assertEquals(Optional.of(Limit.bytes(48 * MIB)), kill.limit());
    assertEquals(OptionalLong.of(40 * MIB), kill.shmemBytes());
    assertEquals(OptionalLong.of(1000), kill.victim().uid());
    assertEquals(OptionalLong.of(1024 * 1024), kill.victim().anonRssBytes());
    OomKill plain = only(offer(Accounts.versionTwo(MEMCG, "dd", 4711, 24 * MIB)));
    assertEquals(Optional.of(OomCause.MEMORY), plain.cause());
  }

  @Test
  void versionOneAddsUpWhatEachCgroupHolds() {
    OomKill kill = only(offer(Accounts.versionOne(MEMCG, "dd", 4711, 10_240)));
    assertEquals(Optional.of(ID), kill.containerId());
    assertEquals(OptionalLong.of(10_244 * 1024), kill.shmemBytes());
    assertEquals(Optional.of(OomCause.TMPFS), kill.cause());
    assertEquals(OomScope.CGROUP, kill.scope());
    assertEquals(Optional.of(MEMCG), kill.taskMemcg());
  }

  @Test
  void versionOnesNewFiguresOfTheWholeSubtreeWin() {
    OomKill kill =
        only(
            offer(
                "dd invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
                "shmem 7",
                "memory: usage 49152kB, limit 49152kB, failcnt 51",
                "Memory cgroup stats for " + MEMCG + ":",
                "cache 5",
                "shmem 0",
                "total_cache 31457280",
                "total_shmem 31457280",
                Accounts.summary(MEMCG, "dd", 9),
                Accounts.killed("Memory cgroup out of memory: ", "dd", 9)));
    assertEquals(OptionalLong.of(30 * MIB), kill.shmemBytes());
    assertEquals(Optional.of(OomCause.TMPFS), kill.cause());
  }

  @Test
  void othersRecordsComeInBetween() {
    List<String> lines = new ArrayList<>();
    for (String line : Accounts.versionTwo(MEMCG, "dd", 4711, 40 * MIB)) {
      lines.add("audit: type=1400 audit(1.2:3): apparmor=\"DENIED\" operation=\"open\"");
      lines.add(line);
      lines.add("eth0: link up");
    }
    assertEquals(Optional.of(OomCause.TMPFS), only(offer(lines.toArray(String[]::new))).cause());
  }

  @Test
  void whicheverLineIsLostTheKillIsToldOnce() {
    String[][] accounts = {
      Accounts.versionTwo(MEMCG, "a,pid=1", 4711, MIB), Accounts.versionOne(MEMCG, "b", 4711, 1)
    };
    for (String[] account : accounts) {
      for (int from = 0; from < account.length; from++) {
        for (int to = from; to <= account.length; to++) {
          List<String> lines = new ArrayList<>(List.of(account));
          lines.subList(from, to).clear();
          boolean someKill =
              lines.stream()
                  .flatMap(line -> OomLines.read(line).stream())
                  .anyMatch(line ->
                      line instanceof OomLine.Killed
                          || line instanceof OomLine.Summary
                          || line instanceof OomLine.Chosen);
          List<OomKill> kills = offer(lines.toArray(String[]::new));
          assertEquals(someKill ? 1 : 0, kills.size(), lines::toString);
          kills.forEach(kill -> assertEquals(4711, kill.victim().pid()));
        }
      }
    }
  }

  @Test
  void aKillWhoseAccountWasLeftOutInheritsNoOthers() {
    List<OomKill> kills = new ArrayList<>();
    for (String line : Accounts.versionTwo(MEMCG, "a", 4711, 40 * MIB)) {
      kills.addAll(assembler.offer(now, line));
    }
    kills.addAll(assembler.offer(now, Accounts.killed("Memory cgroup out of memory: ", "b", 4712)));
    kills.addAll(assembler.offer(now, Accounts.killed("Out of memory: ", "c", 4713)));
    assertEquals(3, kills.size());
    assertEquals(Optional.empty(), kills.get(1).containerId());
    assertEquals(Optional.empty(), kills.get(1).cause());
    assertEquals(OomScope.CGROUP, kills.get(1).scope());
    assertEquals(OomScope.HOST, kills.get(2).scope());
  }

  @Test
  void anAccountThatLostItsKillIsNotEndedByAnothers() {
    List<OomKill> kills =
        offer(
            Accounts.summary(MEMCG, "a", 4711),
            Accounts.killed("Memory cgroup out of memory: ", "b", 4712));
    assertEquals(List.of(4711, 4712), kills.stream().map(kill -> kill.victim().pid()).toList());
    assertEquals(Optional.of(ID), kills.get(0).containerId());
    assertEquals(Optional.empty(), kills.get(1).containerId());
  }

  @Test
  void aChildMayBeKilledInsteadOfWhoWasChosen() {
    OomKill kill =
        only(
            offer(
                "Task in " + MEMCG + " killed as a result of limit of " + MEMCG,
                "Memory cgroup out of memory: Kill process 10 (master) score 9 or sacrifice child",
                "Killed process 11 (child) total-vm:1kB, anon-rss:1kB, file-rss:0kB"));
    assertEquals(11, kill.victim().pid());
    assertEquals(Optional.of(ID), kill.containerId());
  }

  @Test
  void allOfAGroupAreKilledAndEachIsTold() {
    String memcg = MEMCG + "/jobs";
    List<OomKill> kills =
        offer(
            "[   21]     0    21      823      280    45056        0             0 a",
            "invoked",
            "a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
            "memory: usage 100kB, limit 100kB, failcnt 1",
            "[   21]     0    21      823      280    45056        0             0 a",
            "[   22]     0    22      823      280    45056        0             0 b",
            Accounts.summary(memcg, "a", 21),
            Accounts.killed("Memory cgroup out of memory: ", "a", 21),
            "Tasks in " + memcg + " are going to be killed due to memory.oom.group set",
            Accounts.killed("Memory cgroup out of memory: ", "b", 22),
            Accounts.killed("Memory cgroup out of memory: ", "stranger", 99));
    assertEquals(List.of(21, 22, 99), kills.stream().map(kill -> kill.victim().pid()).toList());
    assertEquals(Optional.of(ID), kills.get(1).containerId());
    assertEquals(Optional.of(memcg), kills.get(1).taskMemcg());
    assertEquals(Optional.empty(), kills.get(2).containerId());
  }

  @Test
  void aGroupAboveContainersNamesNoneForItsOthers() {
    List<OomKill> kills =
        offer(
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=c,mems_allowed=0,"
                + "oom_memcg=/docker,task_memcg="
                + MEMCG
                + ",task=a,pid=21,uid=0",
            Accounts.killed("Memory cgroup out of memory: ", "a", 21),
            "Tasks in /docker are going to be killed due to memory.oom.group set",
            Accounts.killed("Memory cgroup out of memory: ", "b", 22));
    assertEquals(Optional.of(ID), kills.get(0).containerId());
    assertEquals(Optional.empty(), kills.get(1).containerId());
  }

  @Test
  void theHostsOwnLackOfMemoryHasNoCauseHere() {
    OomKill kill =
        only(
            offer(
                "a invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE), order=0",
                "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
                    + "global_oom,task_memcg="
                    + MEMCG
                    + ",task=v,pid=5,uid=7",
                "Out of memory: Killed process 5 (v) total-vm:9kB, anon-rss:8kB, file-rss:0kB,"
                    + " shmem-rss:0kB"));
    assertEquals(OomScope.HOST, kill.scope());
    assertEquals(Optional.of(ID), kill.containerId());
    assertEquals(Optional.empty(), kill.cause());
    assertEquals(OptionalLong.of(7), kill.victim().uid());
  }

  @Test
  void neitherAReaperNorWhoEndsByItselfIsAKill() {
    String reaper = "oom_reaper: reaped process 5 (v), now anon-rss:0kB, file-rss:0kB";
    assertEquals(List.of(), offer(reaper));
    assertEquals(
        List.of(),
        offer(
            Accounts.summary(MEMCG, "v", 5),
            "Memory cgroup out of memory: OOM victim 5 (v) is already exiting. Skip killing the"
                + " task",
            reaper));
  }

  @Test
  void aLineInPiecesIsJoinedAndAPieceIsBetterThanNothing() {
    String summary = Accounts.summary(MEMCG, "v", 5);
    String killed = Accounts.killed("Memory cgroup out of memory: ", "v", 5);
    for (int cut = 20; cut < summary.length(); cut++) {
      List<OomKill> kills = new ArrayList<>();
      kills.addAll(assembler.offer(now, summary.substring(0, cut)));
      kills.addAll(assembler.offer(now, "eth0: link up"));
      kills.addAll(assembler.offer(now, true, summary.substring(cut)));
      kills.addAll(assembler.offer(now, killed));
      assertEquals(Optional.of(ID), only(kills).containerId(), "cut at " + cut);
      assertEquals(Optional.of(MEMCG), kills.getFirst().taskMemcg());
    }
    int cut = summary.indexOf(",task=");
    OomKill half = only(offer(summary.substring(0, cut), killed));
    assertEquals(Optional.of(ID), half.containerId());
    assertEquals(
        Optional.of(MEMCG),
        only(List.of("Task in ", MEMCG, " killed as a result of limit of ", MEMCG), killed)
            .oomMemcg());
  }

  private OomKill only(List<String> pieces, String killed) {
    List<OomKill> kills = new ArrayList<>();
    for (String piece : pieces) {
      kills.addAll(assembler.offer(now, !piece.startsWith("Task"), piece));
    }
    kills.addAll(assembler.offer(now, killed));
    return only(kills);
  }

  @Test
  void namesAreMadeSafeToPrint() {
    OomKill kill = only(offer(Accounts.versionTwo(MEMCG, "\u001b[1m\u00ff\u00c3\u00a9", 5, 1)));
    assertEquals("\\x1b[1m\\xff\u00e9", kill.victim().comm());
  }

  @Test
  void aContainersNamesPointAtNoOther() {
    String theirs = "/docker/" + OTHER;
    for (String comm :
        List.of(",oom_memcg=/doc", "Killed process ", ",task_memcg=/do", "a,pid=1,uid=0")) {
      for (String path :
          List.of(
              MEMCG,
              MEMCG + "/x,task_memcg=" + theirs,
              MEMCG + "/x,oom_memcg=" + theirs,
              MEMCG + "/docker-" + OTHER + ".scope",
              MEMCG + "/x killed as a result of limit of " + theirs)) {
        assertEquals(
            Optional.of(ID), only(offer(Accounts.versionTwo(path, comm, 5, 1))).containerId());
        assertEquals(
            Optional.of(ID), only(offer(Accounts.versionOne(path, comm, 5, 1))).containerId());
      }
    }
  }

  private static OomKill only(List<OomKill> kills) {
    assertEquals(1, kills.size(), kills::toString);
    return kills.getFirst();
  }

  /** One after the other, and then nothing for a while. */
  private List<OomKill> offer(String... lines) {
    List<OomKill> kills = new ArrayList<>();
    for (String line : lines) {
      now = now.plusMillis(1);
      kills.addAll(assembler.offer(now, line));
    }
    now = now.plusSeconds(60);
    kills.addAll(assembler.expire(now));
    return kills;
  }
}
