package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How soon what a container writes is seen, with the default configuration. */
class LayerFreshnessIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final String BYTES = "bilgewatch_writable_layer_bytes";
  private static final String INODES = "bilgewatch_writable_layer_inodes";
  private static final long MIB = 1 << 20;

  /** What the issue of a write must show within, and what a loaded machine may take. */
  private static final Duration SOON = Duration.ofSeconds(10);

  /** Directories are checked every fifteen seconds where something changed. */
  private static final Duration CHECKED = Duration.ofSeconds(40);

  private static TestAgent agent;

  @BeforeAll
  static void start() {
    ENGINE.idle("quiet");
    ENGINE.idle("sealed", "--read-only");
    ENGINE.run("busy", java.util.List.of(), "sh", "-c", "while :; do echo x >> /log; done");
    ENGINE.exec("quiet", "mkdir -p /data/deep && head -c 4096 /dev/zero > /data/deep/old");
    agent = TestAgent.with(Map.of("docker.data-roots", ENGINE.dataRoot().toString()));
    agent.scrapeWhen(
        "the layers are measured",
        scrape ->
            scrape.of(BYTES, "quiet").isPresent()
                && scrape.of(BYTES, "busy").isPresent()
                && scrape.of(BYTES, "sealed").isPresent());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    ENGINE.docker("rm", "--force", "quiet", "sealed", "busy");
  }

  private static long value(String metric, String container) {
    return agent.scrape().value(metric, container);
  }

  private static void awaitBytes(String container, long least, Duration most) {
    Await.until(
        container + " has " + least + " bytes", most, () -> value(BYTES, container) >= least);
  }

  @Test
  void saysOfWhichContainersWritesAreToldOf() {
    assertEquals(1, value("bilgewatch_writable_layer_write_events", "quiet"));
    assertEquals(0, value("bilgewatch_writable_layer_write_events", "sealed"));
  }

  @Test
  void aFileThatGrowsInADirectoryThatDoesNotChange() {
    long before = value(BYTES, "quiet");
    ENGINE.exec("quiet", "head -c 20000000 /dev/zero >> /data/deep/old");
    awaitBytes("quiet", before + 19 * MIB, SOON);
  }

  /** The log's writes are not told of again and again, and hide nobody else's. */
  @Test
  void aFileThatGrowsWhileAnotherIsWrittenAllTheTime() {
    ENGINE.exec("busy", "mkdir -p /srv && echo > /srv/file");
    long inodes = value(INODES, "busy");
    Await.until("the file is seen", CHECKED, () -> value(INODES, "busy") >= inodes);
    long before = value(BYTES, "busy");
    ENGINE.exec("busy", "head -c 50000000 /dev/zero >> /srv/file");
    awaitBytes("busy", before + 47 * MIB, SOON);
  }

  @Test
  void whatIsRemovedIsFoundByTheNextCheck() {
    long before = value(BYTES, "quiet");
    ENGINE.exec("quiet", "head -c 30000000 /dev/zero > /removed");
    awaitBytes("quiet", before + 28 * MIB, SOON);
    long inodes = value(INODES, "quiet");
    ENGINE.exec("quiet", "rm /removed");
    Await.until("the removal", CHECKED, () -> value(INODES, "quiet") < inodes);
  }

  @Test
  void moreFilesAtOnceThanAreToldOf() {
    long before = value(INODES, "quiet");
    ENGINE.exec("quiet", "mkdir /many; for i in $(seq 3000); do echo > /many/$i; done");
    Await.until("3001 more", SOON, () -> value(INODES, "quiet") >= before + 3_001);
  }

  @Test
  void theFiguresAreAsOldAsTheySay() {
    Scrape scrape = agent.scrape();
    double at = scrape.of("bilgewatch_writable_layer_measured_timestamp_seconds", "busy").orElse(0);
    double read = scrape.of("bilgewatch_writable_layer_read_timestamp_seconds", "busy").orElse(0);
    double now = System.currentTimeMillis() / 1e3;
    assertTrue(now - at < SOON.toSeconds(), () -> "measured " + (now - at) + " s ago");
    assertTrue(read <= at, () -> read + " and " + at);
  }
}
