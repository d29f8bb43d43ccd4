package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code write-failures.kernel: tracefs}, what a program swallows is counted as well. */
class KernelWritesSeenIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final String FAILURES = "bilgewatch_write_failures_total";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String TRACING = "/sys/kernel/tracing";
  private static boolean mounted;
  private static TestAgent agent;

  /** A host that nobody traces on may not have it mounted yet. */
  @BeforeAll
  static void start() {
    if (!Files.exists(Path.of(TRACING, "instances"))) {
      Shell.text("mount", "-t", "tracefs", "tracefs", TRACING);
      mounted = true;
    }
    agent =
        TestAgent.with(
            Map.of(
                "docker.data-roots",
                ENGINE.dataRoot().toString(),
                "write-failures.kernel",
                "tracefs"));
    agent.scrapeWhen(
        "it is traced",
        scrape ->
            scrape.text().contains("outcome{collector=\"kernel_writes\",outcome=\"collected\"} 1"));
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    if (mounted) {
      Shell.text("umount", TRACING);
    }
  }

  @Test
  void aSwallowedErrorIsSeenByTheKernelAloneAndAPrintedOneByBoth() {
    ENGINE.run(
        "swallows",
        List.of("--read-only"),
        "sh",
        "-c",
        "touch /x 2>/dev/null; mkdir /y 2>/dev/null; while :; do sleep 3600; done");
    Await.until("both calls", SOON, () -> failures("swallows", "kernel") == 2);
    ENGINE.run(
        "prints", List.of("--read-only"), "sh", "-c", "touch /x; while :; do sleep 3600; done");
    Await.until(
        "by both", SOON, () -> failures("prints", "kernel") == 1 && failures("prints", "log") == 1);
    assertEquals(0, failures("swallows", "log"));
    Scrape scrape = agent.scrape();
    assertTrue(
        scrape.samples().keySet().stream()
            .noneMatch(series -> series.startsWith(FAILURES + "{container=\"\"")),
        "the host's own failures are nobody's business");
  }

  private static long failures(String container, String source) {
    return (long)
        agent.scrape().samples().entrySet().stream()
            .filter(sample -> sample.getKey().startsWith(FAILURES))
            .filter(sample -> sample.getKey().contains("container=\"" + container + "\""))
            .filter(sample -> sample.getKey().contains("errno=\"EROFS\""))
            .filter(sample -> sample.getKey().contains("source=\"" + source + "\""))
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }
}
