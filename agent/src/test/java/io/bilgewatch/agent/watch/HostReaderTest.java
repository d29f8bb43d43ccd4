package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationReader;
import io.bilgewatch.agent.config.Given;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.bench.MadeUpTree;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.cgroup.WatchedCgroup;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long what stands still is taken as it was, and what ends that. */
@Timeout(120)
class HostReaderTest {
  private static final long SECOND = 1_000_000_000L;
  private static final KernelPath SHM = KernelPath.of("/dev/shm");

  @TempDir private Path tree;
  private HostReader reader;
  private boolean told;
  private MemorySign.Memory kernel;
  private long second = 1_000;

  @BeforeEach
  void aHostWithThreeContainers() throws Exception {
    MadeUpTree.write(tree, 3);
    meminfo(8_000_000, 100);
    Configuration config =
        ConfigurationReader.read(
            List.of(Given.option("--host.root", "host.root", tree.toString())));
    MemorySign sign = new MemorySign(() -> Reading.of(kernel));
    reader = new HostReader(config, new HostRoot(tree), sign, () -> told, () -> Instant.EPOCH);
    reader.findDataRoots();
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    for (int pid = 100_000; pid < 100_003; pid++) {
      Files.deleteIfExists(tree.resolve("proc/" + pid + "/root"));
    }
  }

  @Test
  void whatStandsStillIsTheSameObjects() throws Exception {
    // What was written within the last tenth of a second is read again.
    Thread.sleep(300);
    Readings before = settle();
    for (int i = 0; i < 40; i++) {
      Readings now = look();
      assertSame(before.inventory(), now.inventory());
      assertSame(before.tmpfs(), now.tmpfs());
      assertSame(before.processes(), now.processes());
      now.memory().forEach((id, memory) -> assertSame(before.memory().get(id), memory));
    }
  }

  @Test
  void aTmpfsThatGrowsIsSeenAtOnceWhereTheHostsSharedMemoryMoved() throws IOException {
    long before = shm(settle());
    Path file = Files.createTempFile(Path.of("/dev/shm"), "bilgewatch", "");
    try {
      Files.write(file, new byte[1 << 20]);
      meminfo(8_000_000, 1_124);
      assertTrue(shm(look()) >= before + (1 << 20));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void thePaceOfEarlyLooksFollowsThoseThatAskEachTmpfs() throws IOException {
    settle();
    meminfo(8_000_000, 2_000);
    assertTrue(reader.isToBeEarly(justAfter()), "the last of them is long ago");
    look();
    meminfo(8_000_000, 4_000);
    look();
    meminfo(8_000_000, 6_000);
    assertFalse(reader.isToBeEarly(justAfter()), "one was just now");
  }

  private long justAfter() {
    return second * SECOND + 1;
  }

  @Test
  void orElseWithinSomeSeconds() throws IOException {
    long before = shm(settle());
    Path file = Files.createTempFile(Path.of("/dev/shm"), "bilgewatch", "");
    try {
      Files.write(file, new byte[1 << 20]);
      long now = before;
      for (int i = 0; i < TmpfsAndMemory.LONGEST.toSeconds() && now < before + (1 << 20); i++) {
        now = shm(look());
      }
      assertTrue(now >= before + (1 << 20));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aKillThatIsToldOfHasAllReadAtOnce() throws IOException {
    settle();
    charge("900000");
    reader.hurryMemory();
    assertEquals(900_000, memory(look()).usageBytes());
    assertTrue(reader.takeMemoryLook().orElseThrow().counted().test(id()));
  }

  @Test
  void muchLessMemoryOfTheHostHasAllReadAtOnce() throws IOException {
    settle();
    charge("900000");
    meminfo(7_000_000, 100);
    assertEquals(900_000, memory(look()).usageBytes());
  }

  @Test
  void aChargeThatMovesIsSeenWithinTheRest() throws IOException {
    settle();
    charge("900000");
    long usage = 0;
    for (int i = 0; i < WatchedCgroup.REST.toSeconds() && usage != 900_000; i++) {
      usage = memory(look()).usageBytes();
    }
    assertEquals(900_000, usage);
  }

  @Test
  void anotherLimitOfItsConfigurationIsSeenWithIt() throws IOException {
    settle();
    Path stat = cgroup().resolve("memory.stat");
    Files.writeString(
        stat, Files.readString(stat).replace("memory_limit 67108864", "memory_limit 99000000"));
    Files.writeString(cgroup().resolve("../memory.limit_in_bytes"), "9223372036854771712\n");
    Files.writeString(container().directory().resolve("hostconfig.json"), "{\"Memory\":99000000}");
    second++;
    reader.read(second * SECOND, true);
    assertEquals(Limit.bytes(99_000_000), memory(readings()).limit());
  }

  @Test
  void aFileThatWasWrittenOverIsReadWithinTheInterval() throws IOException {
    settle();
    assertTrue(looksUntilRead(1_000_000) <= 5);
    assertEquals(5, looksUntilRead(2_000_000));
  }

  @Test
  void andWithinThreeOfThemWhereEachChangeShouldHaveBeenTold() throws IOException {
    told = true;
    settle();
    assertTrue(looksUntilRead(1_000_000) <= 15);
    assertEquals(15, looksUntilRead(2_000_000));
    told = false;
    assertTrue(looksUntilRead(3_000_000) <= 5);
  }

  private int looksUntilRead(long limit) throws IOException {
    Files.writeString(
        container().directory().resolve("hostconfig.json"), "{\"Memory\":" + limit + "}");
    for (int looks = 1; looks < 60; looks++) {
      look();
      if (container().hostConfig().toString().contains(String.valueOf(limit))) {
        return looks;
      }
    }
    throw new AssertionError("not read");
  }

  @Test
  void aMountTableThatChangedIsReadWithinThreeTimesItsIntervalWhereItMayMount() throws IOException {
    Path status = tree.resolve("proc/100000/status");
    String text = Files.readString(status);
    Files.writeString(
        status, text.replace("CapBnd:\t0000000000000000", "CapBnd:\t0000000000200000"));
    assertNotEquals(text, Files.readString(status));
    settle();
    assertTrue(looksUntilRootIs("ro") <= 30);
    assertTrue(looksUntilRootIs("rw") <= 30);
  }

  @Test
  void orElseWithinSixTimes() throws IOException {
    settle();
    assertTrue(looksUntilRootIs("ro") <= 60);
    int looks = looksUntilRootIs("rw");
    assertTrue(looks > 30 && looks <= 60, () -> "after " + looks + " s");
  }

  private int looksUntilRootIs(String option) throws IOException {
    Path table = tree.resolve("proc/100000/mountinfo");
    String text = Files.readString(table);
    Files.writeString(
        table, text.replaceFirst(" / / r[ow],relatime", " / / " + option + ",relatime"));
    assertNotEquals(text, Files.readString(table));
    for (int looks = 1; looks < 90; looks++) {
      ProcessFacts facts = look().processes().get(id()).optional().orElseThrow();
      if (facts.mounts().optional().orElseThrow().root().orElseThrow().readOnly()
          == option.equals("ro")) {
        return looks;
      }
    }
    throw new AssertionError("not read");
  }

  @Test
  void otherPrivilegesAreReadWithinThreeMinutes() throws IOException {
    settle();
    Path status = tree.resolve("proc/100000/status");
    Files.writeString(status, Files.readString(status).replace("Seccomp:\t2", "Seccomp:\t0"));
    for (int i = 0; i < 180; i++) {
      ProcessFacts facts = look().processes().get(id()).optional().orElseThrow();
      if (facts.posture().optional().orElseThrow().seccompMode().getAsInt() == 0) {
        return;
      }
    }
    throw new AssertionError("not read");
  }

  @Test
  void aNumberThatAnotherProcessGotIsNoticedWithTheTable() throws IOException {
    settle();
    Path stat = tree.resolve("proc/100000/stat");
    Files.writeString(stat, Files.readString(stat).replace(" 18334 ", " 99999 "));
    Files.writeString(tree.resolve("proc/100000/cgroup"), "4:memory:/\n");
    for (int i = 0; i < 60; i++) {
      if (look().processes().get(id()) instanceof Reading.Missing) {
        return;
      }
    }
    throw new AssertionError("not noticed");
  }

  /** It is the only one that is asked in most seconds. */
  @Test
  void oneThatCantBeReadDoesNotSpeakForThoseThatRest() throws IOException {
    settle();
    Files.delete(cgroup().resolve("memory.usage_in_bytes"));
    for (int i = 0; i < 5; i++) {
      look();
    }
    for (int i = 0; i < 12; i++) {
      assertTrue(look().memory().get(id()) instanceof Reading.Missing);
      CollectorStatus memory =
          reader.statuses().stream()
              .filter(status -> status.name().equals("memory"))
              .findFirst()
              .orElseThrow();
      assertEquals(CollectorStatus.Outcome.COLLECTED, memory.outcome());
      assertFalse(memory.detail().isEmpty(), "and it says so");
    }
  }

  /** Past its start, and with nothing new for a while. */
  private Readings settle() {
    Readings last = look();
    for (int i = 0; i < 130; i++) {
      last = look();
    }
    return last;
  }

  private Readings look() {
    second++;
    reader.read(second * SECOND, false);
    return readings();
  }

  private Readings readings() {
    return reader.readings(_ -> Map.of());
  }

  private Container container() {
    return readings().inventory().containers().stream()
        .filter(one -> one.state().pid() == 100_000)
        .findFirst()
        .orElseThrow();
  }

  private String id() {
    return container().id();
  }

  private Path cgroup() {
    return tree.resolve("sys/fs/cgroup/memory/docker/" + id());
  }

  private void charge(String bytes) throws IOException {
    Files.writeString(cgroup().resolve("memory.usage_in_bytes"), bytes + "\n");
  }

  private MemoryUsage memory(Readings readings) {
    Reading<MemoryUsage> reading = readings.memory().get(id());
    return reading.optional().orElseThrow(() -> new AssertionError(reading));
  }

  private long shm(Readings readings) {
    Optional<TmpfsUsage> shm =
        readings.tmpfs().get(id()).optional().orElseThrow().stream()
            .flatMap(mount -> mount.optional().stream())
            .filter(usage -> usage.mountPoint().equals(SHM))
            .findFirst();
    assumeTrue(shm.isPresent(), "this process has no tmpfs on /dev/shm");
    return shm.get().usedBytes().orElseThrow();
  }

  /** All of what is available being free. */
  private void meminfo(long available, long shared) throws IOException {
    kernel = new MemorySign.Memory(9_000_000L << 10, available << 10, shared << 10);
    Files.write(
        tree.resolve("proc/meminfo"),
        Arrays.asList(
            "MemTotal: 9000000 kB", "MemAvailable: " + available + " kB", "SwapFree: 0 kB"));
  }
}
