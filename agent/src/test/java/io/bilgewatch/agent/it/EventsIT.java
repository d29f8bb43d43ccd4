package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What really happens to real containers, from the kernel to a scrape. */
class EventsIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
  private static final String KILLS = "bilgewatch_oom_kills_total";
  private static final String FAILURES = "bilgewatch_write_failures_total";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static TestAgent agent;

  @BeforeAll
  static void start() {
    agent = TestAgent.with(Map.of("docker.data-roots", ENGINE.dataRoot().toString()));
    agent.scrapeWhen(
        "both sources are read",
        scrape -> scrape.text().contains("bilgewatch_kernel_log_up{source=\"kmsg\"} 1"));
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  @Test
  void theSourcesThatAreLiveAreTold() {
    Scrape scrape =
        agent.scrapeWhen(
            "audit is read",
            now -> now.text().contains("bilgewatch_kernel_log_up{source=\"audit\"} 1"));
    String info = "bilgewatch_kernel_log_info{source=\"%s\",transport=\"%s\"} 1";
    assertTrue(scrape.text().contains(info.formatted("kmsg", "kmsg")), scrape.text());
    assertTrue(scrape.text().contains(info.formatted("audit", "netlink")), scrape.text());
  }

  @Test
  void aTmpfsThatOutgrowsTheMemoryLimitIsTheCauseAndIsNamed() {
    String name = "kill-tmpfs";
    ENGINE.idle(name, "--memory=32m", "--tmpfs=/scratch:size=256m", "--tmpfs=/small:size=1m");
    awaitZeros(name);
    ENGINE.tryDocker("exec", name, "dd", "if=/dev/zero", "of=/scratch/x", "bs=1M", "count=100");
    Duration seen = awaitKills(name, "tmpfs");
    assertEquals(0, agent.scrape().value(KILLS, name, "cause=\"memory\""));
    JsonNode event = event(name, "oom_kill");
    assertEquals("/scratch", event.get("tmpfs").asText(), event.toString());
    assertEquals("dd", event.get("process").asText(), event.toString());
    System.out.printf("tmpfs kill: in a scrape after %d ms: %s%n", seen.toMillis(), event);
  }

  @Test
  void plainMemoryIsTheCauseOfTheOtherAndItsCountOutlivesTheContainer() {
    String name = "kill-memory";
    ENGINE.idle(name, "--memory=32m", "--memory-swap=32m", "--tmpfs=/scratch:size=256m");
    awaitZeros(name);
    ENGINE.tryDocker("exec", name, "sh", "-c", "tail -c 200m /dev/zero >/dev/null");
    awaitKills(name, "memory");
    assertEquals(0, agent.scrape().value(KILLS, name, "cause=\"tmpfs\""));
    String id = ENGINE.inspect(name).get("Id").asText();
    ENGINE.docker("rm", "--force", name);
    Await.until(
        "the container is gone",
        FIVE_SECONDS,
        () -> agent.scrape().of("bilgewatch_container_running", name).isEmpty());
    Scrape after = agent.scrape();
    assertEquals(1, after.value(KILLS, name, "cause=\"memory\""));
    assertTrue(after.of(KILLS, name, "cause=\"tmpfs\"").isEmpty(), "a zero has nothing to tell");
    assertTrue(after.text().contains("container_id=\"" + id.substring(0, 12) + "\""));
  }

  /** busybox runs the applet that its first argument names, whatever its file is called. */
  @Test
  void aProcessMayCallItselfWhatItLikes() {
    String name = "kill-odd-name";
    ENGINE.idle(name, "--memory=32m", "--memory-swap=32m");
    awaitZeros(name);
    String comm = "busybox,pid=1,)";
    ENGINE.exec(name, "cp /bin/busybox '/" + comm + "'");
    ENGINE.tryDocker("exec", name, "/" + comm, "tail", "-c", "200m", "/dev/zero");
    awaitKills(name, "memory");
    assertEquals(comm, event(name, "oom_kill").get("process").asText());
  }

  @Test
  void aFailedWriteInALogHasItsErrnoAndPath() {
    String name = "fails-aloud";
    ENGINE.run(
        name,
        List.of("--read-only"),
        "sh",
        "-c",
        "sleep 1; touch /etc/here; while :; do sleep 3600; done");
    Await.until(
        "its failure",
        FIVE_SECONDS,
        () ->
            agent
                    .scrape()
                    .of(FAILURES, name, "errno=\"EROFS\"", "path=\"/etc/here\"", "source=\"log\"")
                    .orElse(0)
                == 1);
    assertEquals("/etc/here", event(name, "write_failure").get("path").asText());
  }

  /** Also of a container that is gone before anybody looks twice. */
  @Test
  void theFirstAndLastWordsOfAShortLifeAreRead() {
    String name = "short-life";
    ENGINE.run(name, List.of("--read-only"), "touch", "/gone");
    Await.until(
        "its failure",
        FIVE_SECONDS,
        () -> agent.scrape().of(FAILURES, name, "path=\"/gone\"").orElse(0) == 1);
  }

  @Test
  void whatSeccompKillsIsDeniedAndWhatItLogsIsOnlyLogged() throws IOException {
    String mkdir = System.getProperty("os.arch").equals("amd64") ? "mkdir" : "mkdirat";
    deny("seccomp-kills", mkdir, "SCMP_ACT_KILL_PROCESS");
    deny("seccomp-logs", mkdir, "SCMP_ACT_LOG");
    awaitCount("bilgewatch_lsm_denials_total", "seccomp-kills", mkdir);
    awaitCount("bilgewatch_lsm_logged_total", "seccomp-logs", mkdir);
    Scrape scrape = agent.scrape();
    assertTrue(scrape.of("bilgewatch_lsm_denials_total", "seccomp-logs").isEmpty());
    assertTrue(scrape.of("bilgewatch_lsm_logged_total", "seccomp-kills").isEmpty());
  }

  private static void deny(String name, String call, String action) throws IOException {
    Path profile = directory.resolve(name + ".json");
    Files.writeString(
        profile,
        """
        {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["%s"], "action": "%s"}]}
        """
            .formatted(call, action));
    ENGINE.run(name, List.of("--security-opt=seccomp=" + profile), "mkdir", "/made");
  }

  private static void awaitCount(String metric, String container, String operation) {
    Await.until(
        metric + " of " + container,
        FIVE_SECONDS,
        () ->
            agent
                    .scrape()
                    .of(metric, container, "lsm=\"seccomp\"", "operation=\"" + operation + "\"")
                    .orElse(0)
                >= 1);
  }

  private static void awaitZeros(String name) {
    Await.until(
        "zeros of " + name,
        FIVE_SECONDS,
        () -> agent.scrape().of(KILLS, name, "cause=\"tmpfs\"").orElse(-1) == 0);
  }

  private static Duration awaitKills(String name, String cause) {
    return Await.until(
        "one kill of " + name,
        FIVE_SECONDS,
        () -> agent.scrape().value(KILLS, name, "cause=\"" + cause + "\"") == 1);
  }

  /** The one event of a kind that a container has. */
  private static JsonNode event(String container, String kind) {
    String answer =
        Scrape.get(agent.uri("/api/v1/events?container=" + container + "&kind=" + kind));
    try {
      List<JsonNode> events = new ArrayList<>();
      JSON.readTree(answer).get("events").forEach(events::add);
      assertEquals(1, events.size(), answer);
      return events.getFirst();
    } catch (IOException e) {
      throw new AssertionError(answer, e);
    }
  }
}
