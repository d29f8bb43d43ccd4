package io.bilgewatch.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.testing.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a host's tree of our own making, and against the host's own kernel. */
class MemoryReaderTest {
  private static final int PID = 42;
  private static final String V2_STAT =
      "anon 1000\nshmem 200\nsock 0\nkernel 50\nslab_reclaimable 20\n";

  @TempDir private Path tree;
  private MemoryReader reader;

  @BeforeEach
  void host() {
    reader = new MemoryReader(new HostRoot(tree));
  }

  @Test
  void versionTwoWithTheLimitOnAnAncestor() throws Exception {
    v2("0::/system.slice/docker-x.scope\n");
    cgroup2("system.slice", "9000", "5000", "anon 4000\nshmem 100\n");
    cgroup2("system.slice/docker-x.scope", "3000", "max", V2_STAT);
    MemoryUsage usage = usage();
    assertEquals("/system.slice/docker-x.scope", usage.path());
    assertEquals(3000, usage.usageBytes());
    assertEquals(OptionalLong.of(200), usage.shmemBytes());
    assertEquals(OptionalLong.of(1230), usage.unreclaimableBytes());
    assertEquals(Limit.bytes(5000), usage.limit());
    assertEquals(OptionalLong.of(900), usage.headroomBytes());
  }

  @Test
  void theTightestLimitIsNotAlwaysTheLeastRoom() throws Exception {
    v2("0::/a/b\n");
    cgroup2("a", "1", "9000", "anon 8990\nshmem 0\n");
    cgroup2("a/b", "1", "2000", V2_STAT);
    MemoryUsage usage = usage();
    assertEquals(Limit.bytes(2000), usage.limit());
    assertEquals(OptionalLong.of(10), usage.headroomBytes());
  }

  @Test
  void noLimitAtAllAndHeadroomThatIsUsedUp() throws Exception {
    v2("0::/a\n");
    cgroup2("a", "1", "max", V2_STAT);
    assertEquals(Limit.unlimited(), usage().limit());
    assertEquals(OptionalLong.empty(), usage().headroomBytes());
    Files.writeString(file("sys/fs/cgroup/a/memory.max"), "1000\n");
    assertEquals(OptionalLong.of(0), usage().headroomBytes());
  }

  @Test
  void aLimitThatCannotBeReadIsNotNoLimit() throws Exception {
    v2("0::/a/b\n");
    cgroup2("a", "1", "9000", V2_STAT);
    cgroup2("a/b", "1", "max", V2_STAT);
    MemoryCgroup cgroup = reader.locate(PID).optional().orElseThrow();
    Files.delete(file("sys/fs/cgroup/a/memory.max"));
    assertEquals(Reading.Cause.UNSUPPORTED, cause(reader.read(cgroup)));
    Files.writeString(file("sys/fs/cgroup/a/memory.max"), "\n");
    assertEquals(Reading.Cause.MALFORMED, cause(reader.read(cgroup)));
  }

  @Test
  void aCgroupWithoutTheControllerAndOneThatIsGone() throws Exception {
    v2("0::/a\n");
    Path directory = Files.createDirectories(file("sys/fs/cgroup/a"));
    MemoryCgroup cgroup = reader.locate(PID).optional().orElseThrow();
    assertEquals(Reading.Cause.UNSUPPORTED, cause(reader.read(cgroup)));
    Files.delete(directory);
    assertEquals(Reading.Cause.VANISHED, cause(reader.read(cgroup)));
  }

  @Test
  void whatIsUnknownLeavesTheRestStanding() throws Exception {
    v2("0::/a\n");
    cgroup2("a", "77", "1000", "file 5\n");
    MemoryUsage usage = usage();
    assertEquals(77, usage.usageBytes());
    assertEquals(Limit.bytes(1000), usage.limit());
    assertEquals(OptionalLong.empty(), usage.unreclaimableBytes());
    assertEquals(OptionalLong.empty(), usage.headroomBytes());
  }

  @Test
  void versionOneOnAHybridHost() throws Exception {
    v1("4:memory:/docker/x\n0::/docker/x\n");
    cgroup1("docker", "9", "9223372036854771712", "total_rss 1\ntotal_shmem 1\n", "1");
    cgroup1("docker/x", "900", "1000", "total_rss 100\ntotal_shmem 300\n", "1");
    Files.writeString(v1File("docker/x/memory.kmem.usage_in_bytes"), "50\n");
    MemoryUsage usage = usage();
    assertEquals(Limit.bytes(1000), usage.limit());
    assertEquals(900, usage.usageBytes());
    assertEquals(OptionalLong.of(300), usage.shmemBytes());
    assertEquals(OptionalLong.of(450), usage.unreclaimableBytes());
    assertEquals(OptionalLong.of(550), usage.headroomBytes());
  }

  @Test
  void versionOneTellsTheTightestLimitWithTheRest() throws Exception {
    v1("4:memory:/a/b\n");
    String tight = "hierarchical_memory_limit 500\n";
    cgroup1("a", "9", "500", "total_rss 400\ntotal_shmem 50\n" + tight, "1");
    cgroup1("a/b", "9", "1000", "total_rss 100\ntotal_shmem 20\n" + tight, "1");
    MemoryUsage usage = usage();
    assertEquals(Limit.bytes(500), usage.limit());
    assertEquals(OptionalLong.of(50), usage.headroomBytes());

    String none = "hierarchical_memory_limit 9223372036854771712\n";
    cgroup1("a", "9", "9223372036854771712", "total_rss 1\ntotal_shmem 1\n" + none, "1");
    cgroup1("a/b", "9", "9223372036854771712", "total_rss 1\ntotal_shmem 1\n" + none, "1");
    assertEquals(Limit.unlimited(), usage().limit());
    assertEquals(OptionalLong.empty(), usage().headroomBytes());
  }

  @Test
  void versionOneHandsLimitsDownOnlyWhereItSaysSo() throws Exception {
    v1("4:memory:/a/b\n");
    cgroup1("a", "9", "100", "total_rss 1\ntotal_shmem 1\n", "0");
    cgroup1("a/b", "9", "1000", "total_rss 1\ntotal_shmem 1\n", "1");
    assertEquals(Limit.bytes(1000), usage().limit());
    Files.delete(v1File("a/memory.use_hierarchy"));
    assertEquals(Limit.bytes(100), usage().limit());
  }

  @Test
  void theMountTableSaysWhereTheHierarchyIs() throws Exception {
    v1("4:memory:/outer/docker/x\n");
    Files.writeString(
        Files.createDirectories(file("proc/self")).resolve("mountinfo"),
        """
        5 1 0:9 / /elsewhere/cpu rw - cgroup cgroup rw,cpu
        6 1 0:9 /outer /elsewhere/mem rw - cgroup cgroup rw,memory
        """);
    Path there = Files.createDirectories(file("elsewhere/mem/docker/x"));
    write(file("elsewhere/mem"), "memory.stat", "");
    for (Path level : List.of(there.getParent().getParent(), there.getParent(), there)) {
      write(level, "memory.usage_in_bytes", "5\n");
      write(level, "memory.limit_in_bytes", "4096\n");
      write(level, "memory.stat", "total_rss 1\ntotal_shmem 2\n");
    }
    MemoryCgroup cgroup = reader.locate(PID).optional().orElseThrow();
    assertEquals(there.toString(), cgroup.directory().toString());
    assertEquals(2, cgroup.ancestors().size());
    assertEquals(5, usage().usageBytes());
  }

  @Test
  void aPathOutsideOfWhatIsMountedSaysWhatToDo() throws Exception {
    v2("0::/../x\n");
    Reading<MemoryCgroup> reading = reader.locate(PID);
    assertEquals(Reading.Cause.UNSUPPORTED, cause(reading));
    assertTrue(reading.toString().contains("--cgroupns=host"), reading::toString);
  }

  @Test
  void anEndingProcessHasVanishedAndAHostProcessHasNone() throws Exception {
    v1("4:memory:/\n0::/docker/x\n");
    assertEquals(Reading.Cause.VANISHED, cause(reader.locate(PID)));
    v2("0::/\n");
    assertEquals(Reading.Cause.NOT_APPLICABLE, cause(reader.locate(PID)));
    assertEquals(Reading.Cause.VANISHED, cause(reader.locate(PID + 1)));
  }

  @Test
  void inOnePassASharedAncestorIsReadOnce() throws Exception {
    v2("0::/a/b\n");
    cgroup2("a", "1", "9000", V2_STAT);
    cgroup2("a/b", "1", "max", V2_STAT);
    MemoryCgroup cgroup = reader.locate(PID).optional().orElseThrow();
    try (MemoryReader.Pass pass = reader.pass()) {
      assertEquals(Optional.of(Limit.bytes(9000)), limit(pass.read(cgroup)));
      Files.writeString(file("sys/fs/cgroup/a/memory.max"), "5\n");
      assertEquals(Optional.of(Limit.bytes(9000)), limit(pass.read(cgroup)));
    }
    assertEquals(Optional.of(Limit.bytes(5)), limit(reader.read(cgroup)));
  }

  @Test
  void eventsOfBothVersions() throws Exception {
    v2("0::/a\n");
    cgroup2("a", "1", "max", V2_STAT);
    write(file("sys/fs/cgroup/a"), "memory.events", "oom 1\noom_kill 1\n");
    MemoryCgroup cgroup = reader.locate(PID).optional().orElseThrow();
    try (MemoryReader.Pass pass = reader.pass()) {
      assertEquals(OptionalLong.of(1), pass.events(cgroup).optional().orElseThrow().oomKills());
    }
  }

  @Test
  void killsAreToldWithTheRestAndTakeNothingAwayWhereTheyCannotBe() throws Exception {
    v2("0::/a\n");
    cgroup2("a", "77", "max", V2_STAT);
    assertEquals(OptionalLong.empty(), usage().oomKills());
    write(file("sys/fs/cgroup/a"), "memory.events", "max 9\noom 5\noom_kill 3\nfuture x\n");
    assertEquals(OptionalLong.of(3), usage().oomKills());
    write(file("sys/fs/cgroup/a"), "memory.events", "oom_kill many\n");
    assertEquals(OptionalLong.empty(), usage().oomKills());
    assertEquals(77, usage().usageBytes());

    v1("4:memory:/b\n");
    cgroup1("b", "9", "1000", "total_rss 1\ntotal_shmem 1\n", "1");
    write(v1File("b"), "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    assertEquals(OptionalLong.of(2), usage().oomKills());
    write(v1File("b"), "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
    assertEquals(OptionalLong.empty(), usage().oomKills());
  }

  @Test
  void onThisHostTheFiguresAreTheKernels() throws Exception {
    Root.required();
    MemoryReader live = new MemoryReader(HostRoot.LIVE);
    Process child =
        new ProcessBuilder("sh", "-c", "read go; echo ok; exec sleep 600")
            .redirectErrorStream(true)
            .start();
    Path cgroup = null;
    try {
      cgroup = TestCgroup.create("bilgewatch-test-" + child.pid(), 64 << 20, child.pid());
      child.getOutputStream().write('\n');
      child.getOutputStream().flush();
      assertEquals("ok", child.inputReader().readLine());
      MemoryCgroup found = live.locate((int) child.pid()).optional().orElseThrow();
      assertEquals(cgroup.toString(), found.directory().toString());
      MemoryUsage usage = live.read(found).optional().orElseThrow();
      assertEquals(Limit.bytes(64 << 20), usage.limit());
      long unreclaimable = usage.unreclaimableBytes().orElseThrow();
      assertTrue(unreclaimable > 0 && unreclaimable < 16 << 20, usage::toString);
      assertEquals(OptionalLong.of((64 << 20) - unreclaimable), usage.headroomBytes());
      assertEquals(OptionalLong.of(0), usage.shmemBytes());
      assertEquals(OptionalLong.of(0), usage.oomKills());
    } finally {
      child.destroyForcibly().onExit().join();
      if (cgroup != null) {
        TestCgroup.remove(cgroup);
      }
    }
  }

  @Test
  void tmpfsPagesOfAChildShowAsShmem() throws Exception {
    Root.required();
    Path mount = Files.createDirectories(tree.resolve("mnt"));
    Process child =
        new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                "read go; mount -t tmpfs t \"$1\"; head -c 8388608 /dev/zero > \"$1/f\"; echo ok;"
                    + " exec sleep 600",
                "sh",
                mount.toString())
            .redirectErrorStream(true)
            .start();
    Path cgroup = null;
    try {
      cgroup = TestCgroup.create("bilgewatch-test-" + child.pid(), 64 << 20, child.pid());
      child.getOutputStream().write('\n');
      child.getOutputStream().flush();
      assertEquals("ok", child.inputReader().readLine());
      MemoryReader live = new MemoryReader(HostRoot.LIVE);
      MemoryCgroup found = live.locate((int) child.pid()).optional().orElseThrow();
      MemoryUsage usage = live.read(found).optional().orElseThrow();
      assertEquals(OptionalLong.of(8 << 20), usage.shmemBytes());
      assertTrue(usage.unreclaimableBytes().orElseThrow() > 8 << 20, usage::toString);
      assertTrue(usage.headroomBytes().orElseThrow() < 56 << 20, usage::toString);
    } finally {
      child.destroyForcibly().onExit().join();
      if (cgroup != null) {
        TestCgroup.remove(cgroup);
      }
    }
  }

  private MemoryUsage usage() {
    MemoryCgroup cgroup = reader.locate(PID).optional().orElseThrow();
    Reading<MemoryUsage> reading = reader.read(cgroup);
    return reading.optional().orElseThrow(() -> new AssertionError(reading));
  }

  private static Optional<Limit> limit(Reading<MemoryUsage> reading) {
    return reading.optional().map(MemoryUsage::limit);
  }

  private static Reading.Cause cause(Reading<?> reading) {
    return assertInstanceOf(Reading.Missing.class, reading).cause();
  }

  private void v2(String membership) throws IOException {
    write(Files.createDirectories(file("proc/42")), "cgroup", membership);
    write(Files.createDirectories(file("sys/fs/cgroup")), "cgroup.procs", "");
  }

  private void v1(String membership) throws IOException {
    write(Files.createDirectories(file("proc/42")), "cgroup", membership);
    write(Files.createDirectories(v1File("")), "memory.stat", "");
  }

  private void cgroup2(String path, String current, String max, String stat) throws IOException {
    Path directory = Files.createDirectories(file("sys/fs/cgroup/" + path));
    write(directory, "memory.current", current + "\n");
    write(directory, "memory.max", max + "\n");
    write(directory, "memory.stat", stat);
  }

  private void cgroup1(String path, String usage, String limit, String stat, String hierarchy)
      throws IOException {
    Path directory = Files.createDirectories(v1File(path));
    write(directory, "memory.usage_in_bytes", usage + "\n");
    write(directory, "memory.limit_in_bytes", limit + "\n");
    write(directory, "memory.stat", stat);
    write(directory, "memory.use_hierarchy", hierarchy + "\n");
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private Path v1File(String name) {
    return file("sys/fs/cgroup/memory/" + name);
  }

  private Path file(String name) {
    return tree.resolve(name);
  }
}
