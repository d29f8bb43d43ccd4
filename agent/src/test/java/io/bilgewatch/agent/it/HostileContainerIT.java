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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers, root inside, that want the agent to look at the host's files: none of their figures
 * may ever be the host's.
 */
class HostileContainerIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final long MIB = 1 << 20;

  /** Far above all that the containers write, and found only by who leaves them. */
  private static final long SECRET_BYTES = 64 * MIB;

  /** The host's: below it {@code in} and {@code tree}, as the containers name places of theirs. */
  @TempDir static Path secret;

  private static TestAgent agent;

  @BeforeAll
  static void start() throws IOException {
    for (String name : List.of("in", "tree", "tree/deeper")) {
      Path directory = Files.createDirectories(secret.resolve(name));
      Files.write(directory.resolve("secret-of-the-host"), new byte[(int) SECRET_BYTES]);
    }
    agent = TestAgent.watching(ENGINE.dataRoot());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static void mounter(String name, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined"));
    all.add("--security-opt=apparmor=unconfined");
    ENGINE.idle(name, all.toArray(String[]::new));
  }

  /** Runs a line of shell in the background until the container has a file {@code /stop}. */
  private static void loop(String name, String line) {
    ENGINE.docker(
        "exec", "--detach", name, "sh", "-c", "while [ ! -e /stop ]; do " + line + "; done");
  }

  @Test
  void directoriesThatTurnIntoLinksAreNotFollowed() {
    ENGINE.idle("swapper");
    ENGINE.exec("swapper", "mkdir -p /a/x/y /b; head -c 500000 /dev/zero > /a/x/y/own");
    loop(
        "swapper",
        "mv /a /c; ln -s %1$s /a; rm /a; mv /c /a; mv /a/x /b/x; ln -s %1$s/tree /a/x; rm /a/x; mv /b/x /a/x"
            .formatted(secret));
    Set<Double> measured = new TreeSet<>();
    long most = 0;
    for (long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        System.nanoTime() < end; ) {
      Scrape scrape = agent.scrape();
      most = Math.max(most, (long) bytes(scrape, "swapper"));
      assertFalse(scrape.text().contains("secret-of-the-host"), "a name of the host's");
      scrape
          .of("bilgewatch_writable_layer_measured_timestamp_seconds", "swapper")
          .ifPresent(measured::add);
    }
    ENGINE.exec("swapper", "touch /stop");
    assertTrue(most >= 500_000 && most < 2 * MIB, "most bytes seen: " + most);
    assertTrue(measured.size() >= 4, "times measured: " + measured);
    System.out.printf("walks under attack: %d, most bytes seen: %d%n", measured.size(), most);
    agreesWithDu("swapper");
  }

  private static double bytes(Scrape scrape, String name) {
    return scrape.of("bilgewatch_writable_layer_bytes", name).orElse(0);
  }

  private static void agreesWithDu(String name) {
    String upperdir = ENGINE.upperdir(name).toString();
    Await.until(
        name + " is what du says",
        Duration.ofSeconds(10),
        () ->
            bytes(agent.scrape(), name)
                == Long.parseLong(Shell.text("du", "-s", "-B1", upperdir).split("\t", -1)[0]));
  }

  /** The sizes of a container's tmpfs mounts, by their paths. */
  private static Set<String> tmpfs(Scrape scrape, String name) {
    return Sample.of(scrape, "bilgewatch_tmpfs_size_bytes", name).stream()
        .map(sample -> sample.label("path") + " " + (long) sample.value())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aTmpfsBelowADirectoryThatMovesIsFollowedAndItsOldPlaceIsNot() {
    ENGINE.idle("mover", "--tmpfs=/deep/in:size=5m");
    agent.scrapeWhen("the mount", scrape -> tmpfs(scrape, "mover").contains("/deep/in " + 5 * MIB));
    ENGINE.exec("mover", "mv /deep /deep2 && ln -s " + secret + " /deep");
    Duration followed =
        Await.until(
            "the mount is followed",
            Duration.ofSeconds(2),
            () -> tmpfs(agent.scrape(), "mover").contains("/deep2/in " + 5 * MIB));
    System.out.printf("a mount that moved: followed after %d ms%n", followed.toMillis());
    assertFalse(tmpfs(agent.scrape(), "mover").toString().contains("/deep/in"));
  }

  @Test
  void aContainerThatNeverStopsMovingItsMountsHasItsOtherFigures() {
    ENGINE.idle("restless", "--tmpfs=/deep/in:size=5m");
    agent.scrapeWhen(
        "it", scrape -> scrape.of("bilgewatch_rootfs_readonly", "restless").isPresent());
    loop("restless", "mv /deep /d; ln -s %s /deep; rm /deep; mv /d /deep".formatted(secret));
    int seen = 0;
    int scrapes = 0;
    for (long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        System.nanoTime() < end; ) {
      Scrape scrape = agent.scrape();
      scrapes++;
      assertTrue(scrape.of("bilgewatch_rootfs_readonly", "restless").isPresent(), "posture");
      assertTrue(scrape.of("bilgewatch_memory_usage_bytes", "restless").isPresent(), "memory");
      Set<String> own = tmpfs(scrape, "restless");
      seen += own.removeAll(Set.of("/deep/in " + 5 * MIB, "/d/in " + 5 * MIB)) ? 1 : 0;
      assertTrue(own.stream().allMatch(HostileContainerIT::isEngines), own::toString);
    }
    ENGINE.exec("restless", "touch /stop");
    System.out.printf("a mount that keeps moving: measured in %d of %d scrapes%n", seen, scrapes);
  }

  private static boolean isEngines(String tmpfs) {
    return tmpfs.startsWith("/dev ") || tmpfs.startsWith("/dev/shm ") || tmpfs.startsWith("/sys/");
  }

  @Test
  void anOverlayThatNamesTheHostsDirectoryAsItsUpperdirIsNotTheLayer() {
    mounter("impostor", "--tmpfs=/scratch:size=3m", "--env=D=" + secret);
    ENGINE.exec("impostor", "head -c 400000 /dev/zero > /own; mkdir -p /elsewhere " + secret);
    ENGINE.exec(
        "impostor",
        "mount -t tmpfs -o size=2m t $D && mkdir $D/tree $D/work && for p in /elsewhere /; do"
            + " mount -t overlay o -o lowerdir=/etc,upperdir=$D/tree,workdir=$D/work $p || exit 1;"
            + " done; mount -t tmpfs -o ro disguise /");
    KernelTruth truth = KernelTruth.of(ENGINE, "impostor");
    String lie = "upperdir=" + secret + "/tree";
    assertTrue(
        truth.mounts().stream()
            .anyMatch(m -> m.point().equals("/") && m.superOptions().contains(lie)),
        "the lie is told: " + truth.mounts());
    agreesWithDu("impostor");
    Scrape scrape = agent.scrapeWhen("two looks later", HostileContainerIT::seesTheScratch);
    assertEquals(0, scrape.value("bilgewatch_rootfs_readonly", "impostor"));
    assertTrue(scrape.of("bilgewatch_memory_usage_bytes", "impostor").isPresent());
    assertTrue(bytes(scrape, "impostor") < 2 * MIB, "bytes");
  }

  private static boolean seesTheScratch(Scrape scrape) {
    return tmpfs(scrape, "impostor").contains("/scratch " + 3 * MIB)
        && Sample.of(scrape, "bilgewatch_tmpfs_size_bytes", "impostor").stream()
            .anyMatch(sample -> sample.label("path").equals(secret.toString()));
  }

  @Test
  void threeHundredMountsAreFoldedAndCounted() {
    mounter("mounter");
    ENGINE.exec(
        "mounter",
        "i=0; while [ $i -lt 300 ]; do mkdir -p /m/$i && mount -t tmpfs -o size=4k t /m/$i;"
            + " i=$((i+1)); done");
    long before = System.nanoTime();
    Scrape scrape =
        agent.scrapeWhen(
            "all mounts are looked at",
            found ->
                missing(found, "mounter").contains("tmpfs")
                    && folded(found, "tmpfs_size_bytes") >= 236);
    System.out.printf("300 mounts: folded after %d ms%n", (System.nanoTime() - before) / 1_000_000);
    for (String metric : List.of("tmpfs_size_bytes", "tmpfs_bounded", "writable_mount_info")) {
      assertEquals(64, Sample.of(scrape, "bilgewatch_" + metric, "mounter").size(), metric);
    }
    assertTrue(folded(scrape, "writable_mount_info") >= 236, "folded writable mounts");
    assertFalse(scrape.of("bilgewatch_tmpfs_oom_risk_ratio", "mounter").isPresent());
    assertTrue(scrape.of("bilgewatch_memory_usage_bytes", "mounter").isPresent());
    assertEquals(0, scrape.value("bilgewatch_rootfs_readonly", "mounter"));
  }

  private static Set<String> missing(Scrape scrape, String name) {
    return Sample.of(scrape, "bilgewatch_reading_missing", name).stream()
        .map(sample -> sample.label("reading"))
        .collect(Collectors.toSet());
  }

  private static double folded(Scrape scrape, String metric) {
    return Sample.all(scrape, "bilgewatch_folded_series_total")
        .filter(sample -> sample.label("metric").equals("bilgewatch_" + metric))
        .mapToDouble(Sample::value)
        .sum();
  }
}
