package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** More than can be read: it is counted as lost, and nothing else waits for it. */
class EventFloodIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final int RECORDS = 100_000;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final double MOST_RESIDENT = 200e6;
  private static final Duration A_SCRAPE = Duration.ofSeconds(5);

  /** Whether processes may write to /dev/kmsg without bound; the kernel's default is ten in 5 s. */
  private static final Path MAY_WRITE = Path.of("/proc/sys/kernel/printk_devkmsg");

  @TempDir static Path directory;
  private static AgentProcess agent;

  @BeforeAll
  static void start() {
    agent = AgentProcess.serve("--docker.data-root=" + ENGINE.dataRoot());
    ENGINE.idle("bystander", "--memory=64m");
    scrapeWhen("the log is read", scrape -> kmsg(scrape, "up") == 1);
    scrapeWhen(
        "the bystander", s -> s.of("bilgewatch_memory_usage_bytes", "bystander").isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  private static double kmsg(Scrape scrape, String what) {
    return scrape
        .samples()
        .getOrDefault("bilgewatch_kernel_log_" + what + "{source=\"kmsg\"}", -1.0);
  }

  private static Scrape scrapeWhen(String what, Predicate<Scrape> condition) {
    AtomicReference<Scrape> last = new AtomicReference<>();
    Await.until(
        what,
        SOON,
        () -> {
          last.set(agent.scrape());
          return condition.test(last.get());
        });
    return last.get();
  }

  private static double read(Scrape scrape) {
    return kmsg(scrape, "records_total") + kmsg(scrape, "lost_total");
  }

  @Test
  void aBurstOfKernelRecordsIsReadOrCountedAsLostToTheLastOne() throws Exception {
    double before = read(agent.scrape());
    String allowed = Files.readString(MAY_WRITE).strip();
    Files.writeString(MAY_WRITE, "on\n");
    try {
      Thread flood = Thread.ofPlatform().start(EventFloodIT::writeRecords);
      int scrapes = 0;
      while (flood.isAlive()) {
        assertAnswersAndIsFresh();
        scrapes++;
      }
      assertTrue(scrapes > 0, "no scrape while it lasted");
    } finally {
      Files.writeString(MAY_WRITE, allowed + "\n");
    }
    Scrape after = scrapeWhen("all of them", s -> read(s) >= before + RECORDS);
    System.out.printf(
        "burst of %d records: %.0f read, %.0f lost; resident %.0f MB%n",
        RECORDS,
        kmsg(after, "records_total"),
        kmsg(after, "lost_total"),
        after.samples().get("process_resident_memory_bytes") / 1e6);
    assertEquals(1, kmsg(after, "up"));
    assertTrue(
        after.samples().keySet().stream().noneMatch(series -> series.contains("forged")),
        "what a process writes into the log counts for nothing");
  }

  /** Text as the kernel's own, from a process. */
  private static void writeRecords() {
    byte[] line =
        ("audit: type=1400 audit(1795600000.123:7): apparmor=\"DENIED\" operation=\"mknod\""
                + " profile=\"forged\" name=\"/x\" pid=1 comm=\"forged\"\n")
            .getBytes(StandardCharsets.US_ASCII);
    try (OutputStream log = Files.newOutputStream(Path.of("/dev/kmsg"))) {
      for (int i = 0; i < RECORDS; i++) {
        log.write(line);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFloodOfAuditRecordsHoldsUpNothing() throws IOException {
    Path profile = directory.resolve("logs-umask.json");
    Files.writeString(
        profile,
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["umask"], "action": "SCMP_ACT_LOG"}]}
        """);
    ENGINE.run(
        "auditor",
        List.of("--security-opt=seccomp=" + profile),
        "sh",
        "-c",
        "i=0; while [ $i -lt %d ]; do umask 022; i=$((i+1)); done; sleep 3600".formatted(RECORDS));
    Instant end = Instant.now().plusSeconds(8);
    while (Instant.now().isBefore(end)) {
      assertAnswersAndIsFresh();
    }
    Scrape after =
        scrapeWhen(
            "some of it",
            s ->
                s.of("bilgewatch_lsm_logged_total", "auditor", "operation=\"umask\"").orElse(0)
                    > 0);
    double counted =
        after.of("bilgewatch_lsm_logged_total", "auditor", "operation=\"umask\"").orElse(0);
    double lost =
        after.samples().getOrDefault("bilgewatch_kernel_log_lost_total{source=\"audit\"}", 0.0)
            + kmsg(after, "lost_total");
    System.out.printf("flood of audit records: %.0f counted, %.0f lost%n", counted, lost);
    assertTrue(counted >= RECORDS || lost > 0, "what is missing was not counted as lost");
    ENGINE.docker("rm", "--force", "auditor");
  }

  @Test
  void aContainerThatTalksWithoutEndIsSkippedAndTheOthersAreHeard() {
    ENGINE.run(
        "talker",
        List.of("--log-opt=max-size=50m", "--log-opt=max-file=2"),
        "yes",
        "x".repeat(200));
    scrapeWhen(
        "skipping",
        s -> s.of("bilgewatch_container_log_skipped_bytes_total", "talker").orElse(0) > 0);
    ENGINE.run("quiet", List.of("--read-only"), "sh", "-c", "touch /quiet; sleep 3600");
    Duration heard =
        Await.until(
            "the quiet one",
            SOON,
            () ->
                agent
                        .scrape()
                        .of("bilgewatch_write_failures_total", "quiet", "path=\"/quiet\"")
                        .orElse(0)
                    == 1);
    assertAnswersAndIsFresh();
    double skipped =
        agent.scrape().of("bilgewatch_container_log_skipped_bytes_total", "talker").orElse(0);
    System.out.printf(
        "beside a flood of log a failed write is heard after %d ms; %.0f MB skipped%n",
        heard.toMillis(), skipped / 1e6);
    ENGINE.docker("rm", "--force", "talker", "quiet");
  }

  /** No collector waits for another: the bystander's memory is as new as ever. */
  private static void assertAnswersAndIsFresh() {
    long began = System.nanoTime();
    Scrape scrape = agent.scrape();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(A_SCRAPE) < 0, "a scrape took " + took);
    assertTrue(scrape.of("bilgewatch_memory_usage_bytes", "bystander").isPresent());
    double last =
        scrape
            .samples()
            .get("bilgewatch_collector_last_success_timestamp_seconds{collector=\"memory\"}");
    double age = System.currentTimeMillis() / 1e3 - last;
    assertTrue(age < A_SCRAPE.toSeconds(), "memory was read " + age + " s ago");
    // A heap that runs full ends the program; what is beside the heap is held here.
    double resident = scrape.samples().get("process_resident_memory_bytes");
    assertTrue(resident < MOST_RESIDENT, "resident: " + resident / 1e6 + " MB");
  }
}
