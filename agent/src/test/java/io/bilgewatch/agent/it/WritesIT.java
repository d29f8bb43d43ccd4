package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a container wrote, told by the command and by the engine itself. */
class WritesIT {
  private static final String NAME = "writer";

  /** A daemon's PID file, log, cache and socket's place; a change, a deletion, and a program. */
  private static final String LIFE =
      "mkdir -p /var/cache/app/pages /srv/app;"
          + "echo 1 >/run/app.pid; echo x >/var/log/app.log;"
          + "dd if=/dev/zero of=/var/cache/app/pages/1 bs=1k count=64;"
          + "dd if=/dev/zero of=/scratch/held bs=1k count=32;"
          + "echo more >>/etc/motd; rm /usr/share/words/1;"
          + "echo '#!/bin/sh' >/srv/app/tool; chmod +x /srv/app/tool;"
          + "mkfifo /run/app.fifo; exec tail -f /dev/null";

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @BeforeAll
  static void write() {
    ENGINE.run(NAME, List.of("--tmpfs=/scratch:size=1m"), "sh", "-c", LIFE);
    Await.until(
        "all is written",
        Duration.ofSeconds(20),
        () -> ENGINE.docker("diff", NAME).contains("/run/app.fifo"));
  }

  @Test
  void everyPathOfDockerDiffIsThereAndNoOther() throws Exception {
    JsonNode told = json(NAME);
    assertFalse(told.get("rootReadOnly").asBoolean());
    assertTrue(told.get("layer").get("complete").asBoolean());
    var places = new TreeMap<String, JsonNode>();
    told.get("layer").get("places").forEach(one -> places.put(one.get("path").asText(), one));
    assertEquals(changed(), covered(places));
    assertPlace(places.get("/run/app.pid"), "pid-file", 1, 0, 0);
    assertPlace(places.get("/run/app.fifo"), "fifo", 1, 0, 0);
    assertPlace(places.get("/var/log/app.log"), "log", 1, 0, 0);
    assertPlace(places.get("/etc/motd"), "configuration", 0, 1, 0);
    assertPlace(places.get("/usr/share/words/1"), "program", 0, 0, 1);
    JsonNode cache = places.get("/var/cache");
    assertEquals("cache", cache.get("rule").asText());
    assertTrue(cache.get("bytes").asLong() >= 64 * 1024, cache::toString);
    assertEquals(1, places.get("/srv").get("executables").asInt());
    assertTrue(places.get("/etc/motd").get("copiedUpBytes").asLong() > 0);
  }

  private static void assertPlace(
      JsonNode place, String rule, int created, int modified, int deleted) {
    assertEquals(rule, place.get("rule").asText(), place::toString);
    assertEquals(created, place.get("created").asInt(), place::toString);
    assertEquals(modified, place.get("modified").asInt(), place::toString);
    assertEquals(deleted, place.get("deleted").asInt(), place::toString);
  }

  /** What Docker says was added, changed or deleted, without directories that merely lead there. */
  private static Set<String> changed() {
    List<String> all =
        ENGINE.docker("diff", NAME).lines().map(line -> line.substring(2)).sorted().toList();
    TreeSet<String> leaves = new TreeSet<>();
    for (String path : all) {
      if (all.stream().noneMatch(other -> other.startsWith(path + "/"))) {
        leaves.add(path);
      }
    }
    // The mount point of the tmpfs, which Docker made.
    leaves.remove("/scratch");
    return leaves;
  }

  /** Those of them that a place stands for; and places that stand for none of them. */
  private static Set<String> covered(Map<String, JsonNode> places) {
    TreeSet<String> covered = new TreeSet<>();
    TreeSet<String> idle = new TreeSet<>(places.keySet());
    for (String path : changed()) {
      for (String place : places.keySet()) {
        if (path.equals(place) || path.startsWith(place + "/")) {
          covered.add(path);
          idle.remove(place);
        }
      }
    }
    idle.remove("/scratch");
    covered.addAll(idle);
    return covered;
  }

  /** The image's own layers tell what of it was changed where the marks of overlayfs are closed. */
  @Test
  void newAndChangedAreToldApartWithoutTheCapability() throws Exception {
    List<String> words =
        List.of(
            "setpriv",
            "--bounding-set=-sys_admin",
            "--inh-caps=-sys_admin",
            AgentProcess.launcher().toString(),
            "writes",
            NAME,
            "--docker.data-root=" + ENGINE.dataRoot(),
            "--output=json");
    Shell.Output said = Shell.run(Duration.ofSeconds(60), Map.of(), words);
    assertEquals(0, said.status(), said::stderr);
    JsonNode told = new ObjectMapper().readTree(said.text());
    assertFalse(told.get("missing").has("modified"), told::toString);
    Map<String, JsonNode> places = new TreeMap<>();
    told.get("layer").get("places").forEach(one -> places.put(one.get("path").asText(), one));
    assertPlace(places.get("/run/app.pid"), "pid-file", 1, 0, 0);
    assertPlace(places.get("/etc/motd"), "configuration", 0, 1, 0);
    assertPlace(places.get("/usr/share/words/1"), "program", 0, 0, 1);
    assertEquals(changed(), covered(places));
    assertEquals(
        json(NAME).at("/proposal/dockerRun"), told.at("/proposal/dockerRun"), "the same advice");
  }

  @Test
  void theTableSaysTheSameInWords() {
    Shell.Output table = run(NAME);
    assertEquals(0, table.status(), table::stderr);
    List<String> lines = new ArrayList<>(table.text().lines().toList());
    assertEquals("writer: root writable", lines.getFirst());
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("/run/app\\.pid +PID file +new .*tmpfs")),
        table::text);
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("/scratch +tmpfs +.* of 1\\.0 MiB .*")),
        table::text);
    assertFalse(table.text().contains("This is not all"), table::text);
  }

  @Test
  void whatIsNotThereIsSaidWithWhatIs() {
    Shell.Output said = run("wrtier");
    assertEquals(3, said.status());
    assertTrue(said.stderr().contains("there are ") && said.stderr().contains(NAME), said::stderr);
  }

  @Test
  void aSealedContainerWroteNothing() throws Exception {
    ENGINE.idle("sealed", "--read-only");
    JsonNode told = json("sealed");
    assertTrue(told.get("rootReadOnly").asBoolean());
    assertEquals(0, told.get("layer").get("places").size(), told::toString);
    assertTrue(run("sealed").text().contains("Nothing was written to its layer."));
  }

  @Test
  void whatIsMissedByASealedContainerThatDiesIsProposed() throws Exception {
    ENGINE.run(
        "doomed", List.of("--read-only"), "sh", "-c", "echo x >/run/job.pid || sleep 1; exit 1");
    ENGINE.docker("wait", "doomed");
    JsonNode proposal = json("doomed").get("proposal");
    assertEquals("mounts", proposal.get("verdict").asText(), proposal::toString);
    assertTrue(proposal.get("sealed").asBoolean());
    assertEquals("/run", proposal.at("/mounts/0/path").asText(), proposal::toString);
  }

  @Test
  void onlyWhatWasWrittenSinceIsShownOnRequest() {
    Shell.Output all = run(NAME, "--since=1h");
    assertTrue(all.text().contains("/run/app.pid"), all::text);
    Shell.Output none = run(NAME, "--since=1ms");
    assertFalse(none.text().contains("/run/app.pid"), none::text);
    assertTrue(none.text().contains("--tmpfs=/run:"), none::text);
  }

  @Test
  void whoWritesIsToldWhileItHappens() throws Exception {
    ENGINE.idle("live", "--tmpfs=/scratch:size=1m", "--volume=/kept");
    ENGINE.docker(
        "exec",
        "--detach",
        "live",
        "sh",
        "-c",
        "while :; do dd if=/dev/zero of=/run/live.pid count=1; echo x >/scratch/x;"
            + " echo y >/kept/y; sleep 0.2; done");
    Shell.Output said = run("live", "--watch", "--for=3s", "--output=json");
    assertEquals(0, said.status(), said::stderr);
    Map<String, String> processes = new TreeMap<>();
    for (String line : said.text().lines().toList()) {
      JsonNode write = new ObjectMapper().readTree(line);
      assertTrue(write.get("pid").asInt() > 0, line);
      processes.put(write.get("path").asText(), write.path("process").asText("dd"));
    }
    assertEquals(Map.of("/run/live.pid", "dd", "/scratch/x", "sh", "/kept/y", "sh"), processes);
    assertTrue(said.text().lines().count() < 12, said::text);
  }

  private static JsonNode json(String container) throws Exception {
    Shell.Output said = run(container, "--output=json");
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
