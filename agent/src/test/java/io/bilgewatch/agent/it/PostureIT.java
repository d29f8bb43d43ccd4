package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How sealed containers are, by the kernel where it knows; each check passing and failing. */
class PostureIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir static Path hostDirectory;

  /** mounts.interval of the tests' agent, its tick and the time of a scrape. */
  private static final Duration MOUNTS_INTERVAL = Duration.ofMillis(2500);

  /** Every check of a container but the one that hangs on the host's security module. */
  private static final Map<String, String> EXPECTED = new LinkedHashMap<>();

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    running(
        "plain",
        "rootfs_readonly=0 user_nonroot=0 no_new_privileges=0 capabilities_dropped=0"
            + " not_privileged=1 seccomp=1 memory_limited=0 log_bounded=0 tmpfs_bounded=1"
            + " tmpfs_nosuid_nodev_noexec=1 home_writable_or_unused=1");
    running(
        "sealed",
        "rootfs_readonly=1 user_nonroot=1 no_new_privileges=1 capabilities_dropped=1"
            + " not_privileged=1 seccomp=1 memory_limited=1 log_bounded=1 tmpfs_bounded=1"
            + " tmpfs_nosuid_nodev_noexec=1 volumes_writable_by_user=1 home_writable_or_unused=1",
        "--read-only",
        "--user=1000:1000",
        "--security-opt=no-new-privileges",
        "--cap-drop=ALL",
        "--memory=64m",
        "--log-opt=max-size=1m",
        "--tmpfs=/tmp:size=1m,mode=1777",
        // Docker gives a new volume the owner of the directory that it covers.
        "--volume=/home/app",
        "--env=HOME=/tmp");
    running(
        "loose",
        "rootfs_readonly=1 user_nonroot=1 no_new_privileges=0 capabilities_dropped=1"
            + " not_privileged=1 seccomp=0 memory_limited=0 log_bounded=1 tmpfs_bounded=0"
            + " tmpfs_nosuid_nodev_noexec=1 volumes_writable_by_user=0 home_writable_or_unused=0",
        "--read-only",
        "--user=app",
        "--security-opt=seccomp=unconfined",
        "--cap-drop=ALL",
        "--cap-add=NET_RAW",
        "--log-driver=none",
        "--tmpfs=/big",
        "--volume=/data");
    running(
        "mixed",
        "rootfs_readonly=0 user_nonroot=1 no_new_privileges=0 capabilities_dropped=0"
            + " not_privileged=1 seccomp=1 memory_limited=0 log_bounded=1 tmpfs_bounded=1"
            + " tmpfs_nosuid_nodev_noexec=0 volumes_writable_by_user=1 home_writable_or_unused=0",
        "--user=1000",
        "--cap-drop=NET_RAW",
        "--log-driver=local",
        "--tmpfs=/bin2:size=1m,exec",
        "--volume=" + hostDirectory + ":/shared",
        "--env=HOME=/root");
    running(
        "no-home",
        "rootfs_readonly=1 user_nonroot=1 no_new_privileges=0 capabilities_dropped=0"
            + " not_privileged=1 seccomp=1 memory_limited=0 log_bounded=0 tmpfs_bounded=1"
            + " tmpfs_nosuid_nodev_noexec=1 volumes_writable_by_user=0 home_writable_or_unused=1",
        "--read-only",
        "--user=1000",
        "--env=HOME=/not/there",
        "--volume=/home/app",
        "--volume=/data");
    stopped();
    writable(hostDirectory);
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "every container is looked at",
        scrape ->
            EXPECTED.keySet().stream().noneMatch(name -> checks(scrape, name).isEmpty())
                && scrape.of("bilgewatch_rootfs_readonly", "no-home").isPresent());
  }

  private static void running(String name, String checks, String... options) {
    ENGINE.idle(name, options);
    EXPECTED.put(name, checks);
  }

  /** By Docker's configuration; what only the kernel can tell is not there. */
  private static void stopped() {
    List<String> options =
        List.of(
            "--privileged",
            "--read-only",
            "--user=1000",
            "--security-opt=no-new-privileges",
            "--cap-drop=ALL",
            "--memory=64m",
            "--log-opt=max-size=1m",
            "--tmpfs=/tmp:size=1m",
            "--volume=/data");
    ENGINE.create("never-started", options, "true");
    EXPECTED.put(
        "never-started",
        "rootfs_readonly=1 user_nonroot=1 no_new_privileges=1 capabilities_dropped=0"
            + " not_privileged=0 memory_limited=1 log_bounded=1");
    ENGINE.run("ended", List.of("--cap-drop=ALL", "--user=0:1000"), "true");
    ENGINE.docker("wait", "ended");
    EXPECTED.put(
        "ended",
        "rootfs_readonly=0 user_nonroot=0 no_new_privileges=0 capabilities_dropped=1"
            + " not_privileged=1 memory_limited=0 log_bounded=0");
  }

  private static void writable(Path directory) {
    assertTrue(directory.toFile().setWritable(true, false), "chmod");
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static Set<String> checks(Scrape scrape, String name) {
    return Sample.of(scrape, "bilgewatch_hardening_check", name).stream()
        .map(sample -> sample.label("check") + "=" + (int) sample.value())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @TestFactory
  Stream<DynamicTest> everyCheckHasItsAnswerAndNoOther() {
    Scrape scrape = agent.scrape();
    return EXPECTED.keySet().stream()
        .map(name ->
            DynamicTest.dynamicTest(
                name, () -> assertEquals(expected(name), checks(scrape, name))));
  }

  private static Set<String> expected(String name) {
    Set<String> expected = new TreeSet<>(List.of(EXPECTED.get(name).split(" ", -1)));
    int pid = KernelTruth.of(ENGINE, name).pid();
    if (pid > 0) {
      securityModule(pid).ifPresent(expected::add);
    }
    return expected;
  }

  /** Absent where no module labels processes: reading the label is EINVAL then. */
  private static Optional<String> securityModule(int pid) {
    try {
      String label = Files.readString(Path.of("/proc", Integer.toString(pid), "attr/current"));
      return Optional.of("lsm_profile=" + (label.startsWith("unconfined") ? 0 : 1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Test
  void everyCheckWasSeenToPassAndToFail() {
    List<String> seen = new ArrayList<>();
    EXPECTED.keySet().forEach(name -> seen.addAll(expected(name)));
    Set<String> once =
        seen.stream().map(s -> s.split("=", 2)[0]).collect(Collectors.toCollection(TreeSet::new));
    once.remove("lsm_profile");
    assertEquals(12, once.size(), once::toString);
    for (String check : once) {
      assertTrue(seen.contains(check + "=0"), check + " never fails");
      assertTrue(seen.contains(check + "=1"), check + " never passes");
    }
  }

  @Test
  void aReadOnlyRootIsReadOnlyAlthoughItsFileSystemSaysOtherwise() {
    KernelTruth.MountLine root = KernelTruth.of(ENGINE, "sealed").root();
    assertTrue(root.options().contains("ro"), root::toString);
    assertTrue(root.superOptions().startsWith("rw,"), root::toString);
    assertEquals(1, rootfs("sealed"));
    assertTrue(KernelTruth.of(ENGINE, "plain").root().options().contains("rw"));
    assertEquals(0, rootfs("plain"));
  }

  private static long rootfs(String name) {
    return agent.scrape().value("bilgewatch_rootfs_readonly", name);
  }

  @Test
  void aRootThatWasRemountedIsWhatTheKernelSaysAndNotTheConfiguration() {
    Duration opened = remount("opened", "rw", "--read-only");
    assertTrue(ENGINE.inspect("opened").at("/HostConfig/ReadonlyRootfs").asBoolean());
    Duration closed = remount("closed", "ro");
    assertFalse(ENGINE.inspect("closed").at("/HostConfig/ReadonlyRootfs").asBoolean());
    System.out.printf(
        "root remounted rw: seen after %d ms; ro: after %d ms (mounts.interval 1s)%n",
        opened.toMillis(), closed.toMillis());
  }

  private static Duration remount(String name, String to, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined"));
    all.add("--security-opt=apparmor=unconfined");
    ENGINE.idle(name, all.toArray(String[]::new));
    long before = to.equals("rw") ? 1 : 0;
    agent.scrapeWhen(
        name + " as it was started",
        scrape -> scrape.of("bilgewatch_rootfs_readonly", name).orElse(-1) == before);
    ENGINE.exec(name, "mount -o remount," + to + " /");
    Duration seen =
        Await.until(name + " is " + to, MOUNTS_INTERVAL, () -> rootfs(name) == 1 - before);
    String check = "rootfs_readonly=" + (1 - before);
    assertTrue(checks(agent.scrape(), name).contains(check), check);
    return seen;
  }
}
