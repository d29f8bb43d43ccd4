package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where a container can write beside its root, by its own mount table. */
class WritableMountsIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir static Path hostDirectory;

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    ENGINE.idle(
        "mounts",
        "--tmpfs=/scratch:size=1m",
        "--tmpfs=/seen:ro",
        "--volume=/data",
        "--mount=type=volume,src=bilgewatch-it-seen,dst=/data-ro,readonly",
        "--volume=" + hostDirectory + ":/bind",
        "--volume=" + hostDirectory + ":/bind-ro:ro");
    ENGINE.idle("sealed", "--read-only", "--volume=/data");
    ENGINE.run("ended", List.of("--volume=/data"), "true");
    ENGINE.docker("wait", "ended");
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen(
        "the containers are looked at",
        scrape ->
            scrape.of("bilgewatch_rootfs_readonly", "mounts").isPresent()
                && scrape.of("bilgewatch_rootfs_readonly", "sealed").isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    ENGINE.docker("rm", "--force", "mounts");
    ENGINE.docker("volume", "rm", "bilgewatch-it-seen");
  }

  private static List<Sample> mounts(String name) {
    return Sample.of(agent.scrape(), "bilgewatch_writable_mount_info", name);
  }

  private static Set<String> shown(String name) {
    return mounts(name).stream()
        .map(sample -> sample.label("kind") + " " + sample.label("path"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What the engine itself mounts into every container. */
  private static Set<String> engines(String name) {
    return KernelTruth.of(ENGINE, name)
        .tmpfs()
        .map(KernelTruth.MountLine::point)
        .filter(point -> point.startsWith("/dev") || point.startsWith("/sys"))
        .map(point -> "tmpfs " + point)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void tmpfsVolumesAndBindsAreShownUnlessTheyAreReadOnly() {
    Set<String> expected = engines("mounts");
    expected.addAll(Set.of("tmpfs /scratch", "volume /data", "bind /bind"));
    expected.addAll(Set.of("bind /etc/hosts", "bind /etc/hostname", "bind /etc/resolv.conf"));
    assertEquals(expected, shown("mounts"));
  }

  @Test
  void aReadOnlyContainerHasItsVolumeAndWhatTheEngineLeavesOpen() {
    Set<String> expected = engines("sealed");
    expected.add("volume /data");
    KernelTruth.of(ENGINE, "sealed").mounts().stream()
        .filter(mount -> mount.point().startsWith("/etc/") && mount.options().contains("rw"))
        .forEach(mount -> expected.add("bind " + mount.point()));
    assertEquals(expected, shown("sealed"));
  }

  @Test
  void theOptionsAreThoseOfTheMountTable() {
    Map<String, String> expected =
        KernelTruth.of(ENGINE, "mounts").mounts().stream()
            .collect(
                Collectors.toMap(
                    KernelTruth.MountLine::point,
                    mount -> String.join(",", mount.options()),
                    (first, last) -> last));
    List<Sample> shown = mounts("mounts");
    assertTrue(shown.size() >= 8, shown::toString);
    shown.forEach(mount ->
        assertEquals(expected.get(mount.label("path")), mount.label("options"), mount.toString()));
  }

  @Test
  void aContainerThatDoesNotRunHasNoMounts() {
    assertEquals(Set.of(), shown("ended"));
  }
}
