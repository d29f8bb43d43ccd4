package io.bilgewatch.oom;

import static io.bilgewatch.oom.Accounts.ID;
import static io.bilgewatch.oom.Accounts.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OomLinesTest {
  private static final String MEMCG = "/docker/" + ID;

  /** Each at most 15 bytes, as a process may name itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "worker",
        "",
        " ",
        "a,pid=1,uid=0",
        "x,task=y,pid=2",
        ",task=,task=",
        "runc:[2:INIT]",
        "a b (c) [d]",
        ") total-vm:1kB",
        "), UID 5, ",
        ") score 1 or",
        "), now anon-rss",
        "\"with quotes\"",
        "Killed process ",
        "oom-kill:constr",
        "Out of memory: ",
        "memory: usage 1",
        "oom_reaper: rea",
        "two\nlines",
        "\u00ff\u0080\u0001",
        "task_memcg=/a",
        ",oom_memcg=/abc",
        "a cpuset=b"
      })
  void anyNameIsReadAsItIs(String comm) {
    OomLine.Summary summary = read(OomLine.Summary.class, Accounts.summary(MEMCG, comm, 4711));
    assertEquals(Optional.of(new OomLine.Task(comm, 4711, 1000)), summary.task());
    assertEquals(Optional.of(MEMCG), summary.oomMemcg());
    assertEquals(Optional.of(MEMCG), summary.taskMemcg());
    assertEquals(Optional.of(ID), summary.cpuset());

    for (String before : new String[] {"", "Out of memory: ", "Memory cgroup out of memory: "}) {
      OomLine.Killed killed = read(OomLine.Killed.class, Accounts.killed(before, comm, 4711));
      assertEquals(comm, killed.comm());
      assertEquals(4711, killed.pid());
      assertEquals(OptionalInt.of(-7), killed.oomScoreAdj());
      assertEquals(OptionalLong.of(8), killed.shmemRssKilobytes());
      OomLine.Killed rhel7 =
          read(
              OomLine.Killed.class,
              before + "Killed process 9 (" + comm + "), UID 48, total-vm:5kB, anon-rss:3kB");
      assertEquals(comm, rhel7.comm());
      assertEquals(OptionalLong.of(48), rhel7.uid());
      OomLine.Killed rhel6 =
          read(
              OomLine.Killed.class,
              before + "Killed process 9, UID 48, (" + comm + ") total-vm:5kB, anon-rss:3kB");
      assertEquals(comm, rhel6.comm());
      assertEquals(OptionalLong.of(48), rhel6.uid());
    }
    assertEquals(
        new OomLine.Chosen(OomScope.CGROUP, 9, comm, 12),
        read(
            "Memory cgroup out of memory: Kill process 9 ("
                + comm
                + ") score 12 or sacrifice child"));
    OomLine.Reaped reaped =
        read(
            OomLine.Reaped.class,
            "oom_reaper: reaped process 9 (" + comm + "), now anon-rss:1kB, shmem-rss:2kB");
    assertEquals(comm, reaped.comm());
    assertEquals(OptionalLong.of(2), reaped.shmemRssKilobytes());
    assertEquals(
        new OomLine.AlreadyExiting(9, comm),
        read(
            "Out of memory: OOM victim 9 ("
                + comm
                + ") is already exiting. Skip killing the task"));
    assertEquals(
        new OomLine.Invoked(comm),
        read(comm + " invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0"));
    assertEquals(
        new OomLine.Cpuset(comm, ID, "0,2-3"),
        read(comm + " cpuset=" + ID + " mems_allowed=0,2-3"));
  }

  @Test
  void aSummaryWithAndWithoutWhatKernelsAddedAndLeaveOut() {
    OomLine.Summary first =
        read(
            OomLine.Summary.class,
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=0,2,oom_memcg=/a,task_memcg=/a/b,"
                + "task=t,pid=1,uid=2");
    assertEquals(Optional.of("/a"), first.oomMemcg());
    assertEquals(Optional.of("/a/b"), first.taskMemcg());
    assertEquals(Optional.empty(), first.cpuset());
    OomLine.Summary host =
        read(
            OomLine.Summary.class,
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,2-3,"
                + "global_oom,task_memcg="
                + MEMCG
                + "/sub,task=t,pid=1,uid=2,future=x");
    assertEquals(OomScope.HOST, host.scope());
    assertEquals(Optional.of("/"), host.cpuset());
    assertEquals(Optional.of(MEMCG + "/sub"), host.taskMemcg());
    OomLine.Summary bare =
        read(
            OomLine.Summary.class,
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
                + "task=,oom_memcg=/abc,pid=1,uid=2");
    assertEquals(OomScope.UNKNOWN, bare.scope());
    assertEquals(Optional.of(new OomLine.Task(",oom_memcg=/abc", 1, 2)), bare.task());
  }

  @Test
  void aSummaryThatBreaksOffSaysWhatItHas() {
    String text = Accounts.summary(MEMCG, "worker", 4711);
    for (int length = "oom-kill:constraint=".length(); length < text.length() - 4; length++) {
      OomLine.Summary cut = read(OomLine.Summary.class, text.substring(0, length));
      assertFalse(cut.isWhole(), cut::toString);
      if (length > text.indexOf(",task_memcg=/")) {
        assertTrue(cut.oomMemcg().orElseThrow().startsWith(MEMCG), cut::toString);
      }
    }
  }

  @Test
  void aContainerThatNamesCgroupsBelowItsOwnStaysItself() {
    String theirs = "/docker/" + OTHER;
    String[] hostile = {
      MEMCG + "/x,task_memcg=" + theirs,
      MEMCG + "/x,oom_memcg=" + theirs + ",task_memcg=" + theirs,
      MEMCG + "/x,global_oom,task_memcg=" + theirs + ",task=a,pid=1,uid=0",
      MEMCG + "/x killed as a result of limit of " + theirs,
      MEMCG + "/x: cache:1KB shmem:99999KB"
    };
    for (String limited : new String[] {MEMCG, "/docker", "/"}) {
      for (String path : hostile) {
        String oom = limited.equals(MEMCG) ? path : limited;
        OomLine.Summary summary =
            read(
                OomLine.Summary.class,
                "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=c,mems_allowed=0,"
                    + "oom_memcg="
                    + oom
                    + ",task_memcg="
                    + path
                    + ",task=t,pid=4,uid=0");
        assertEquals(Optional.of(oom), summary.oomMemcg());
        assertEquals(Optional.of(path), summary.taskMemcg());
        assertEquals(4, summary.task().orElseThrow().pid());
        assertEquals(
            new OomLine.TaskIn(Optional.of(path), Optional.of(oom)),
            read("Task in " + path + " killed as a result of limit of " + oom));
      }
    }
    String named = "x,mems_allowed=0,oom_memcg=,global_oom,task_memcg=,task=a,pid=1,uid=0";
    OomLine.Summary cpuset =
        read(
            OomLine.Summary.class,
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset="
                + named
                + ",mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=t,pid=4,uid=0");
    assertEquals(Optional.of(named), cpuset.cpuset());
    assertEquals(Optional.of("/a"), cpuset.taskMemcg());
  }

  @Test
  void figures() {
    assertEquals(
        new OomLine.Usage(OomLine.Charge.MEMORY_AND_SWAP, 0, 18014398509481983L, 7),
        read("memory+swap: usage 0kB, limit 18014398509481983kB, failcnt 7 future 1"));
    assertEquals(
        new OomLine.Stats(OptionalLong.of(3), OptionalLong.of(5)),
        read("anon 1\nshmem 3\nshmem_thp 9\ntotal_shmem 5\n"));
    assertEquals(
        new OomLine.Stats(OptionalLong.empty(), OptionalLong.empty()), read("pgscan_x2 12"));
    assertEquals(
        new OomLine.StatsOfOne("/a: cache:7KB", OptionalLong.of(4096)),
        read("Memory cgroup stats for /a: cache:7KB: cache:9KB rss:1KB shmem:4KB future:1KB"));
    assertEquals(
        new OomLine.StatsOfOne("/a", OptionalLong.of(30 * 1024)),
        read("Memory cgroup stats for /a: cache:40KB rss:5KB inactive_anon:25KB active_anon:10KB"));
    assertEquals(
        new OomLine.StatsOfOne("/a", OptionalLong.empty()),
        read("Memory cgroup stats for /a: cache:40KB rss:5KB"));
    assertEquals(new OomLine.StatsOf("/a", true), read("Memory cgroup stats for /a:"));
    assertEquals(new OomLine.StatsOf("/a", false), read("Memory cgroup stats for /a"));
    assertEquals(
        new OomLine.TableRow(15280, 15279),
        read("[  15280]     0 15279    12584        0    69632        0          1000 x] y"));
    assertEquals(
        new OomLine.Group("/a", true),
        read("Tasks in /a are going to be killed due to memory.oom.group set"));
    assertEquals(
        new OomLine.TaskIn(Optional.empty(), Optional.of("/a")),
        read("Memory limit reached of cgroup /a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a name of more than 15 invoked oom-killer: gfp_mask=0x0",
        "x: Killed process 1 (a) total-vm:1kB, anon-rss:1kB",
        " Killed process 1 (a) total-vm:1kB, anon-rss:1kB",
        "Killed process 1 (a)",
        "Killed process 1 (a total-vm:1kB",
        "Killed process 1) total-vm:1kB",
        "Killed process (a) total-vm:1kB",
        "Killed process 99999999999 (a) total-vm:1kB",
        "Killed process 1 (a) total-vm:1MB",
        "Out of memory: Kill process 1 (a) score x or sacrifice child",
        "Out of memory and no killable processes...",
        "oom_reaper: unable to reap pid:9 (x)",
        "audit: type=1107 msg='\nKilled process 1 (a) total-vm:1kB, anon-rss:1kB'",
        "memory: usage 1kB",
        "memory: usage xkB, limit 2kB, failcnt 3",
        "[  pid  ",
        "[12] x",
        "[drm] 1 2",
        "anon",
        "anon 1\nfile",
        "Anon 1"
      })
  void othersAreNoneOfIts(String text) {
    assertEquals(Optional.empty(), OomLines.read(text));
  }

  private static OomLine read(String text) {
    return OomLines.read(text).orElseThrow(() -> new AssertionError("unread: " + text));
  }

  private static <T extends OomLine> T read(Class<T> kind, String text) {
    return assertInstanceOf(kind, read(text));
  }
}
