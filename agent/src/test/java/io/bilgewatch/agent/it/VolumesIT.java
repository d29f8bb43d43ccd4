package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the volumes and binds of real containers hold. */
class VolumesIT {
  private static final String NAME = "holder";
  private static final String VOLUME = "bilgewatch-it-held";

  private static final String LIFE =
      "mkdir -p /kept/base/1 /kept/log; dd if=/dev/zero of=/kept/base/1/table bs=1k count=300;"
          + "ln /kept/base/1/table /kept/base/1/same; echo x >/kept/log/1; ln -s / /kept/out;"
          + "dd if=/dev/zero of=/bind/one bs=1k count=40; echo x >/scratch/x;"
          + "touch /run/all-is-written; exec tail -f /dev/null";

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir static Path hostDirectory;

  @BeforeAll
  static void write() {
    ENGINE.run(
        NAME,
        List.of(
            "--tmpfs=/scratch:size=1m",
            "--volume=" + VOLUME + ":/kept",
            "--volume=" + hostDirectory + ":/bind",
            "--volume=" + hostDirectory + ":/seen:ro"),
        "sh",
        "-c",
        LIFE);
    Await.until(
        "all is written",
        Duration.ofSeconds(20),
        () -> ENGINE.docker("diff", NAME).contains("/run/all-is-written"));
  }

  @AfterAll
  static void remove() {
    ENGINE.docker("rm", "--force", NAME);
    ENGINE.docker("volume", "rm", VOLUME);
  }

  @Test
  void volumesAndBindsHoldWhatDuSays() throws Exception {
    Map<String, JsonNode> mounts = mounts(json(NAME));
    assertFalse(mounts.containsKey("/seen"), "it can't write there");
    JsonNode kept = mounts.get("/kept");
    String place = ENGINE.docker("volume", "inspect", "--format={{.Mountpoint}}", VOLUME);
    assertEquals("volume", kept.get("kind").asText());
    assertEquals(du(place), kept.at("/holds/bytes").asLong(), kept::toString);
    assertEquals(7, kept.at("/holds/entries").asLong(), kept::toString);
    assertTrue(kept.at("/holds/complete").asBoolean(), kept::toString);
    assertFalse(kept.at("/holds/lastChange").asText().isEmpty(), kept::toString);
    assertEquals("/kept/base/1", kept.at("/holds/largest/0/path").asText(), kept::toString);
    JsonNode bind = mounts.get("/bind");
    assertEquals(du(hostDirectory.toString()), bind.at("/holds/bytes").asLong(), bind::toString);
    assertEquals(1, bind.at("/holds/entries").asLong(), bind::toString);
    assertEquals(1, mounts.get("/etc/hosts").at("/holds/entries").asLong());
    assertEquals(1 << 20, mounts.get("/scratch").at("/holds/sizeBytes").asLong());
    assertTrue(mounts.get("/scratch").at("/holds/bytes").asLong() > 0);
  }

  private static long du(String directory) {
    return Long.parseLong(Shell.text("du", "-sx", "-B1", directory).split("\t", -1)[0]);
  }

  @Test
  void theTableSaysSoToo() {
    Shell.Output said = run(NAME);
    assertEquals(0, said.status(), said::stderr);
    List<String> lines = said.text().lines().toList();
    assertTrue(
        lines.stream()
            .anyMatch(line -> line.matches("/kept +volume +3\\d\\d KiB +7 +.* ago +rw.*")),
        said::text);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("Largest in /kept: /kept/base/1 30")),
        said::text);
    assertFalse(said.text().contains("/seen"), said::text);
  }

  @Test
  void whatChangedSinceIsToldApart() throws Exception {
    ENGINE.idle("changing", "--volume=/kept");
    ENGINE.exec("changing", "dd if=/dev/zero of=/kept/old bs=1k count=100");
    Thread.sleep(3000);
    ENGINE.exec("changing", "dd if=/dev/zero of=/kept/new bs=1k count=8");
    JsonNode all = mounts(json("changing")).get("/kept").get("holds");
    assertFalse(all.has("changedSince"), all::toString);
    long began = System.nanoTime();
    JsonNode kept = mounts(json("changing", "--since=2s")).get("/kept").get("holds");
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(30).toNanos());
    assertEquals(2, kept.get("entries").asInt(), kept::toString);
    int changed = kept.at("/changedSince/entries").asInt();
    assertTrue(changed <= 1, "the old one is older: " + kept);
    JsonNode wide = mounts(json("changing", "--since=10m")).get("/kept").get("holds");
    assertEquals(2, wide.at("/changedSince/entries").asInt(), wide::toString);
  }

  /** The kernel does not count what is in it; 20 MiB are four times themselves in 128 MiB. */
  @Test
  void aTmpfsWithoutBoundsIsCountedAndGetsASize() throws Exception {
    ENGINE.idle("endless", "--memory=256m", "--tmpfs=/endless:size=0");
    ENGINE.exec("endless", "dd if=/dev/zero of=/endless/twenty bs=1M count=20");
    JsonNode told = json("endless");
    JsonNode mount = mounts(told).get("/endless");
    assertEquals(20 << 20, mount.at("/holds/bytes").asLong(), mount::toString);
    JsonNode proposed = told.at("/proposal/mounts/0");
    assertEquals("/endless", proposed.get("path").asText(), told::toString);
    assertEquals(128 << 20, proposed.get("sizeBytes").asLong(), told::toString);
    assertTrue(run("endless").text().contains("20.0 MiB, unbounded"));
  }

  /** Of a user who can't override modes, so that the daemon has to look at the mount as well. */
  @Test
  void aMountThatNeverAnswersIsToldAndTakesNothingElse() throws Exception {
    ENGINE.idle(
        "hung", "--user=1000", "--tmpfs=/scratch:size=1m", "--volume=/kept", "--volume=/dead");
    long pid = ENGINE.inspect("hung").at("/State/Pid").asLong();
    try (DeadMount _ = DeadMount.at(pid, "/dead")) {
      long began = System.nanoTime();
      JsonNode told = json("hung");
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(took.toSeconds() < 40, took::toString);
      Map<String, JsonNode> mounts = mounts(told);
      assertFalse(mounts.get("/dead").has("holds"), told::toString);
      assertTrue(
          mounts.get("/dead").get("missing").asText().contains("has not come back"),
          told::toString);
      assertTrue(told.get("missing").has("holds"), told::toString);
      assertEquals(0, mounts.get("/kept").at("/holds/entries").asLong(-1), told::toString);
      assertTrue(told.get("layer").get("complete").asBoolean(), told::toString);
      assertTrue(run("hung").text().contains("/dead was not read: "));
      thePageSaysSo();
    }
  }

  private static void thePageSaysSo() {
    try (TestAgent agent = TestAgent.watching(ENGINE.dataRoot())) {
      agent.scrapeWhen(
          "its tmpfs is read",
          scrape ->
              scrape.of("bilgewatch_tmpfs_size_bytes", "hung", "path=\"/scratch\"").isPresent());
      String page = Scrape.get(agent.uri("/containers/hung"));
      assertTrue(page.contains("has not come back"), page);
      assertTrue(page.contains("in 0 entries, last change"), page);
    }
  }

  private static Map<String, JsonNode> mounts(JsonNode told) {
    Map<String, JsonNode> mounts = new TreeMap<>();
    told.get("mounts").forEach(one -> mounts.put(one.get("path").asText(), one));
    return mounts;
  }

  private static JsonNode json(String container, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of(more));
    options.add("--output=json");
    Shell.Output said = run(container, options.toArray(String[]::new));
    assertEquals(0, said.status(), said::stderr);
    return new ObjectMapper().readTree(said.text());
  }

  private static Shell.Output run(String container, String... more) {
    List<String> words =
        new ArrayList<>(List.of("writes", container, "--docker.data-root=" + ENGINE.dataRoot()));
    words.addAll(List.of(more));
    return AgentProcess.run(words.toArray(String[]::new));
  }
}
