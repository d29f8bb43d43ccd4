package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Containers of many shapes on a real engine: every figure of the agent against a source that is
 * not the agent's.
 */
class HostFiguresIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  /** Container name to what it does once, as root of the container. */
  private static final Map<String, String> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("untouched", ":");
    SHAPES.put("writes-84-mb", "head -c 84000000 /dev/zero > /var/big");
    SHAPES.put("deletes", "rm /usr/share/words/3 /usr/share/words/4");
    SHAPES.put("modifies-a-byte", "printf x >> /usr/share/words/5");
    SHAPES.put("chmods", "chmod 700 /usr/share/words/6");
    SHAPES.put(
        "replaces-a-directory",
        "rm -r /var/lib/app && mkdir /var/lib/app && echo > /var/lib/app/new");
    SHAPES.put(
        "hard-links",
        "mkdir /a /b && head -c 300000 /dev/zero > /a/1 && ln /a/1 /a/2 && ln /a/1 /b/3");
    SHAPES.put("sparse", "truncate -s 1073741824 /sparse && head -c 5000 /dev/zero >> /sparse");
    SHAPES.put(
        "many-small-files",
        "mkdir /many; i=0; while [ $i -lt 50 ]; do mkdir /many/$i; (cd /many/$i;"
            + " seq 1 1000 | xargs touch; echo x > 1); i=$((i+1)); done");
    SHAPES.put(
        "odd-names",
        "printf x > \"$(printf '/tmp/not-utf8-\\377\\376')\"; printf y > \"/tmp/new\nline\"");
    SHAPES.put(
        "deeper-than-path-max",
        "n=$(printf '%0200d' 7); i=0; while [ $i -lt 60 ]; do mkdir $n; cd -P $n; i=$((i+1)); done;"
            + " head -c 70000 /dev/zero > bottom");
    SHAPES.put(
        "special-files",
        "mkfifo /fifo; ln -s /nowhere /link; ln -s \"$(printf '%0300d' 1)\" /long");
    SHAPES.put(
        "executables",
        "cp /bin/busybox /tool; chmod 755 /tool; cp /bin/busybox /data; chmod 644 /data");
  }

  private static TestAgent agent;
  private static Scrape scrape;

  @BeforeAll
  static void start() {
    SHAPES.forEach((name, line) -> {
      ENGINE.idle(name, "--workdir=/");
      ENGINE.exec(name, line);
    });
    ENGINE.idle("sealed", "--read-only", "--tmpfs=/tmp:size=1m,mode=1777", "--user=1000");
    ENGINE.run("stopped", List.of(), "sh", "-c", "head -c 123456 /dev/zero > /left-behind");
    ENGINE.docker("wait", "stopped");
    Shell.text("sync");
    agent = TestAgent.watching(ENGINE.dataRoot());
    scrape = agent.scrapeWhen("all layers are measured", HostFiguresIT::allMeasured);
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static boolean allMeasured(Scrape scrape) {
    return allNames()
        .allMatch(name -> scrape.of("bilgewatch_writable_layer_bytes", name).isPresent());
  }

  private static Stream<String> allNames() {
    return Stream.concat(SHAPES.keySet().stream(), Stream.of("sealed", "stopped"));
  }

  @TestFactory
  Stream<DynamicTest> theLayerIsWhatDuAndDockerSay() {
    return allNames().map(name -> DynamicTest.dynamicTest(name, () -> layerAgrees(name)));
  }

  private static void layerAgrees(String name) {
    String upperdir = ENGINE.upperdir(name).toString();
    long du = Long.parseLong(Shell.text("du", "-s", "-B1", upperdir).split("\t", -1)[0]);
    long inodes = Long.parseLong(Shell.text("du", "--inodes", "-s", upperdir).split("\t", -1)[0]);
    assertEquals(du, scrape.value("bilgewatch_writable_layer_bytes", name), "du -s -B1");
    assertEquals(inodes, scrape.value("bilgewatch_writable_layer_inodes", name), "du --inodes");
    assertEquals(
        dockersSize(name, upperdir),
        scrape.value("bilgewatch_writable_layer_apparent_bytes", name),
        "docker ps -s");
  }

  /** Docker says -1 of a tree that is deeper than PATH_MAX: there find(1) has the word. */
  private static long dockersSize(String name, String upperdir) {
    long size = ENGINE.inspect(name).get("SizeRw").asLong();
    return size >= 0
        ? size
        : Shell.text("find", upperdir, "-type", "f", "-printf", "%s\n")
            .lines()
            .mapToLong(Long::parseLong)
            .sum();
  }

  @TestFactory
  Stream<DynamicTest> entriesAreCountedByWhatBecameOfThem() {
    return Stream.of(
        changes("untouched", 0, 0, 0),
        changes("writes-84-mb", 1, 0, 0),
        changes("deletes", 0, 0, 2),
        changes("modifies-a-byte", 0, 1, 0),
        changes("chmods", 0, 1, 0),
        // The directory that replaced the image's, and the file in it.
        changes("replaces-a-directory", 2, 0, 0),
        changes("hard-links", 5, 0, 0),
        changes("many-small-files", 50_051, 0, 0),
        changes("deeper-than-path-max", 61, 0, 0));
  }

  private static DynamicTest changes(String name, long created, long modified, long deleted) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          assertEquals(created, entries(name, "created"), "created");
          assertEquals(modified, entries(name, "modified"), "modified");
          assertEquals(deleted, entries(name, "deleted"), "deleted");
        });
  }

  private static long entries(String name, String change) {
    return scrape.value("bilgewatch_writable_layer_entries", name, "change=\"" + change + "\"");
  }

  @TestFactory
  Stream<DynamicTest> whatDockerKnowsIsWhatDockerInspectSays() {
    return allNames().map(name -> DynamicTest.dynamicTest(name, () -> inspectAgrees(name)));
  }

  private static void inspectAgrees(String name) {
    JsonNode inspect = ENGINE.inspect(name);
    String info = scrape.series("bilgewatch_container_info", name).orElseThrow();
    assertTrue(
        info.contains("container_id=\"" + inspect.get("Id").asText().substring(0, 12) + "\""),
        info);
    assertTrue(info.contains("image=\"" + inspect.at("/Config/Image").asText() + "\""), info);
    assertTrue(info.contains("image_id=\"" + inspect.get("Image").asText() + "\""), info);
    assertTrue(info.contains("user=\"" + inspect.at("/Config/User").asText() + "\""), info);
    assertTrue(info.contains("storage_driver=\"" + inspect.get("Driver").asText() + "\""), info);
    boolean running = inspect.at("/State/Running").asBoolean();
    assertEquals(running ? 1 : 0, scrape.value("bilgewatch_container_running", name));
    assertEquals(
        inspect.get("RestartCount").asLong(),
        scrape.value("bilgewatch_container_restarts_total", name));
    if (running) {
      assertEquals(
          inspect.at("/HostConfig/ReadonlyRootfs").asBoolean() ? 1 : 0,
          scrape.value("bilgewatch_rootfs_readonly", name));
    } else {
      assertFalse(scrape.of("bilgewatch_rootfs_readonly", name).isPresent());
    }
  }

  @Test
  void executablesAreThoseThatTheContainerBrought() {
    assertEquals(1, scrape.value("bilgewatch_writable_layer_executables", "executables"));
    assertEquals(0, scrape.value("bilgewatch_writable_layer_executables", "writes-84-mb"));
  }

  @Test
  void theLargestDirectoryIsNamed() {
    assertTrue(
        scrape.value("bilgewatch_writable_layer_path_bytes", "writes-84-mb", "path=\"/var\"")
            >= 84_000_000);
  }

  @Test
  void theLayersStandOnTheFileSystemThatDfSays() {
    Path upperdir = ENGINE.upperdir("untouched");
    String[] df =
        Shell.text("df", "-B1", "--output=size,target", upperdir.toString())
            .lines()
            .skip(1)
            .findFirst()
            .orElseThrow()
            .strip()
            .split(" +", 2);
    assertEquals(
        Double.parseDouble(df[0]),
        scrape.samples().entrySet().stream()
            .filter(e -> e.getKey().startsWith("bilgewatch_filesystem_size_bytes{"))
            .filter(e -> e.getKey().contains("mountpoint=\"" + df[1] + "\""))
            .findFirst()
            .orElseThrow()
            .getValue());
  }

  @Test
  void aContainerIsThereWithinTwoSecondsAndGoneWithinTwoSeconds() {
    ENGINE.idle("comes-and-goes");
    Duration came =
        Await.until(
            "container on /metrics",
            Duration.ofSeconds(2),
            () -> agent.scrape().series("bilgewatch_container_info", "comes-and-goes").isPresent());
    ENGINE.docker("rm", "--force", "comes-and-goes");
    Duration went =
        Await.until(
            "container gone from /metrics",
            Duration.ofSeconds(2),
            () -> !agent.scrape().text().contains("comes-and-goes"));
    System.out.printf("appeared after %d ms, gone after %d ms%n", came.toMillis(), went.toMillis());
  }
}
