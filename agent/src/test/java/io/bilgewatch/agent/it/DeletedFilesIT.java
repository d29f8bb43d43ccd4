package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Disk that no walk finds: files that are deleted while a container's process has them open. */
class DeletedFilesIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final String METRIC = "bilgewatch_writable_layer_deleted_open_bytes";
  private static final long MIB = 1 << 20;

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    run("holds", "exec 3>/big; head -c 52428800 /dev/zero >&3; rm /big");
    run("shares", "exec 3>/big; head -c 5242880 /dev/zero >&3; rm /big; sleep 6000 & sleep 6000 &");
    run("linked", "exec 3>/one; head -c 5242880 /dev/zero >&3; ln /one /two; rm /one");
    run("in-memory", "exec 3>/tmp/x; head -c 5242880 /dev/zero >&3; rm /tmp/x", "--tmpfs=/tmp");
    run(
        "in-a-volume",
        "exec 3>/data/x; head -c 5242880 /dev/zero >&3; rm /data/x",
        "--volume=/data");
    run("sealed", ":", "--read-only");
    agent = TestAgent.watching(ENGINE.dataRoot());
    agent.scrapeWhen("all are looked at", s -> s.of(METRIC, "holds").orElse(0) > 0);
  }

  private static void run(String name, String script, String... options) {
    ENGINE.run(name, List.of(options), "sh", "-c", script + "\nwhile :; do sleep 3600; done");
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  /** By coreutils, through the process's own descriptor. */
  private static long allocated(String container, int descriptor) {
    String file = "/proc/%d/fd/%d".formatted(KernelTruth.of(ENGINE, container).pid(), descriptor);
    String blocks =
        Shell.run(Duration.ofSeconds(10), Map.of(), List.of("stat", "-L", "-c", "%b", file))
            .orFail()
            .text();
    return 512 * Long.parseLong(blocks.strip());
  }

  @Test
  void theDiskThatAContainerHoldsByADescriptor() throws IOException {
    Scrape scrape = agent.scrapeWhen("50 MiB are held", s -> s.value(METRIC, "holds") >= 50 * MIB);
    assertEquals(allocated("holds", 3), scrape.value(METRIC, "holds"));
    assertTrue(scrape.value("bilgewatch_writable_layer_bytes", "holds") < MIB);
    JsonNode json = new ObjectMapper().readTree(Scrape.get(agent.uri("/api/v1/containers/holds")));
    assertEquals(allocated("holds", 3), json.at("/deletedOpen/allocatedBytes").asLong());
    assertEquals(1, json.at("/deletedOpen/files").asInt());
  }

  @Test
  void aFileThatThreeProcessesHaveOpenCountsOnce() {
    agent.scrapeWhen("5 MiB are held", s -> s.value(METRIC, "shares") == allocated("shares", 3));
    assertTrue(allocated("shares", 3) >= 5 * MIB);
  }

  @Test
  void nothingElseIsDiskThatADeletedFileHolds() {
    for (String name : List.of("linked", "in-memory", "in-a-volume", "sealed")) {
      Await.until(
          name + " runs",
          Duration.ofSeconds(20),
          () -> agent.scrape().of(METRIC, name).isPresent());
      assertEquals(0, agent.scrape().value(METRIC, name), name);
    }
  }

  @Test
  void itIsFreeWhenItIsClosedAndAbsentWhenNothingRuns() {
    run("closes", "exec 3>/big; head -c 5242880 /dev/zero >&3; rm /big; sleep 15; exec 3>&-");
    agent.scrapeWhen("it is held", s -> s.of(METRIC, "closes").orElse(0) >= 5 * MIB);
    agent.scrapeWhen("it is free", s -> s.of(METRIC, "closes").orElse(-1) == 0);
    ENGINE.docker("stop", "--time=0", "closes");
    agent.scrapeWhen("nothing runs", s -> s.of(METRIC, "closes").isEmpty());
  }
}
