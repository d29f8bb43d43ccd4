package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Memory, headroom and risk against the cgroup's own files and arithmetic of its own. */
class MemoryAndRiskIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final long MIB = 1 << 20;

  /** Beyond what a container that does nothing moves, below what would hide a mistake. */
  private static final long JITTER = 256 * 1024;

  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static String parent;
  private static Path parentDirectory;
  private static TestAgent agent;

  @BeforeAll
  static void start() {
    boolean systemd = ENGINE.docker("info", "--format", "{{.CgroupDriver}}").equals("systemd");
    String name = "bilgewatch-it-" + ProcessHandle.current().pid();
    // Without the slash it would be a child of the cgroup that the engine runs in.
    parent = systemd ? name + ".slice" : "/" + name;
    ENGINE.idle("tight", "--memory=64m", "--tmpfs=/scratch");
    ENGINE.idle("roomy", "--memory=512m", "--tmpfs=/tmp:size=16m");
    ENGINE.idle("no-limit", "--tmpfs=/scratch:size=40m");
    ENGINE.idle("nested", "--memory=256m", "--cgroup-parent=" + parent, "--tmpfs=/tmp:size=8m");
    ENGINE.idle("sibling", "--cgroup-parent=" + parent, "--tmpfs=/tmp:size=30m");
    parentDirectory = cgroup("nested").getParent();
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "the last container's memory is there",
        scrape -> scrape.of("bilgewatch_memory_usage_bytes", "tight").isPresent());
  }

  /** The engine makes a parent in every hierarchy, and leaves it there. */
  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    ENGINE.tryDocker("rm", "--force", "nested", "sibling");
    Shell.text("sh", "-c", "rmdir /sys/fs/cgroup$0 /sys/fs/cgroup/*$0 2>/dev/null; true", parent);
    // systemd removes an empty slice by itself.
    Await.until(parentDirectory + " is gone", TWO_SECONDS, () -> !Files.exists(parentDirectory));
  }

  private static Path cgroup(String name) {
    return KernelTruth.of(ENGINE, name).memoryCgroup();
  }

  private static long figure(String metric, String name) {
    return agent.scrape().value("bilgewatch_memory_" + metric, name);
  }

  @Test
  void usageShmemAndUnreclaimableAreTheCgroupsOwn() {
    for (String name : Set.of("tight", "roomy", "no-limit", "nested")) {
      Path cgroup = cgroup(name);
      // Charges are settled in batches some time after they were made. What stands still is read
      // each 10 s, its
      // parts each 20 s, and what is no news is told with the next view, up to 10 s later.
      Await.until(
          name + " is what its cgroup says: " + KernelTruth.usage(cgroup),
          Duration.ofSeconds(35),
          () ->
              figure("usage_bytes", name) == KernelTruth.usage(cgroup)
                  && figure("shmem_bytes", name) == KernelTruth.shmem(cgroup)
                  && figure("unreclaimable_bytes", name) == KernelTruth.unreclaimable(cgroup));
    }
  }

  @Test
  void twentyMebibytesOfTmpfsAreTwentyMebibytesOfShmem() {
    long before = figure("shmem_bytes", "no-limit");
    assertEquals(KernelTruth.shmem(cgroup("no-limit")), before);
    ENGINE.exec("no-limit", "head -c 20971520 /dev/zero > /scratch/twenty");
    assertEquals(before + 20 * MIB, KernelTruth.shmem(cgroup("no-limit")));
    Duration came =
        Await.until(
            "shmem is 20 MiB more",
            TWO_SECONDS,
            () -> figure("shmem_bytes", "no-limit") == before + 20 * MIB);
    System.out.printf("20 MiB of shmem: seen after %d ms%n", came.toMillis());
  }

  @Test
  void theLimitIsTheContainersOwn() {
    assertEquals(64 * MIB, figure("limit_bytes", "tight"));
    assertEquals(
        KernelTruth.number(KernelTruth.limitFile(cgroup("roomy"))), figure("limit_bytes", "roomy"));
    assertFalse(agent.scrape().of("bilgewatch_memory_limit_bytes", "no-limit").isPresent());
  }

  @Test
  void aTighterLimitAboveTheContainerIsItsLimitAndItsHeadroom() throws IOException {
    assertEquals(256 * MIB, figure("limit_bytes", "nested"));
    Files.writeString(KernelTruth.limitFile(parentDirectory), Long.toString(48 * MIB));
    Duration came =
        Await.until(
            "the parent's limit is the container's",
            TWO_SECONDS,
            () -> figure("limit_bytes", "nested") == 48 * MIB);
    System.out.printf("a limit set on the parent: seen after %d ms%n", came.toMillis());
    ENGINE.exec("sibling", "head -c 20971520 /dev/zero > /tmp/twenty");
    // The kernel itself may bring a parent's statistics up to date every two seconds only.
    Await.until(
        "what a sibling holds is no headroom",
        TWO_SECONDS.multipliedBy(3),
        () -> headroom("nested") < 28 * MIB);
    assertNear(48 * MIB - KernelTruth.unreclaimable(parentDirectory), headroom("nested"), JITTER);
    assertNear(48 * MIB - KernelTruth.unreclaimable(parentDirectory), headroom("sibling"), JITTER);
  }

  private static void assertNear(long expected, long found, long tolerance) {
    assertTrue(Math.abs(expected - found) <= tolerance, expected + " expected, not " + found);
  }

  private static long headroom(String name) {
    return agent.scrape().value("bilgewatch_tmpfs_oom_headroom_bytes", name);
  }

  @Test
  void anUnboundedTmpfsUnderALimitIsARiskAndABoundedOneIsNot() {
    assertTrue(riskIsItsArithmetic("tight", 64 * MIB) > 1);
    assertTrue(riskIsItsArithmetic("roomy", 512 * MIB) < 1);
  }

  /** The ratio from the very scrape's room, and from the cgroup's files. */
  private static double riskIsItsArithmetic(String name, long limit) {
    Scrape scrape = agent.scrape();
    double ratio = scrape.of("bilgewatch_tmpfs_oom_risk_ratio", name).orElseThrow();
    long headroom = scrape.value("bilgewatch_tmpfs_oom_headroom_bytes", name);
    assertEquals((double) room(scrape, name) / headroom, ratio, 1e-9 * ratio);
    assertEquals(limit - scrape.value("bilgewatch_memory_unreclaimable_bytes", name), headroom);
    assertNear(limit - KernelTruth.unreclaimable(cgroup(name)), headroom, JITTER);
    return ratio;
  }

  private static long room(Scrape scrape, String name) {
    return KernelTruth.of(ENGINE, name)
        .tmpfs()
        .map(KernelTruth.MountLine::point)
        // Docker's own, which no option bounds, does not count: docs/decisions.md.
        .filter(point -> !point.equals("/sys/fs/cgroup"))
        .map(point -> "path=\"" + point + "\"")
        .mapToLong(path ->
            scrape.value("bilgewatch_tmpfs_size_bytes", name, path)
                - scrape.value("bilgewatch_tmpfs_used_bytes", name, path))
        .sum();
  }

  @Test
  void withoutALimitTheHostsMemoryIsTheHeadroom() {
    long available = KernelTruth.meminfo("MemAvailable") + KernelTruth.meminfo("SwapFree");
    assertNear(available, headroom("no-limit"), available / 10);
  }

  @Test
  void theHostsRiskCountsItsContainers() {
    Scrape scrape = agent.scrape();
    double ratio = scrape.samples().get("bilgewatch_host_tmpfs_oom_risk_ratio");
    double available = KernelTruth.meminfo("MemAvailable") + KernelTruth.meminfo("SwapFree");
    long rooms = room(scrape, "tight") + room(scrape, "roomy") + room(scrape, "no-limit");
    assertTrue(ratio > 0.9 * rooms / available, ratio + " of " + rooms + " and " + available);
    assertTrue(Double.isFinite(ratio));
  }
}
