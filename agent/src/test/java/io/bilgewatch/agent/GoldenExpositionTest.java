package io.bilgewatch.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.it.FakeHost;
import io.bilgewatch.agent.it.Promtool;
import io.bilgewatch.agent.it.Scrape;
import io.bilgewatch.agent.it.TestAgent;
import io.bilgewatch.engine.Shell;
import io.bilgewatch.overlay.OverlayAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole agent on hosts that are text files: what it exposes is compared with golden files line
 * by line. {@code -Dbilgewatch.golden=write} writes them anew.
 *
 * <p>A plain directory is no tmpfs, so a fake host's tmpfs are shown as readings that are missing;
 * the integration tests have real ones.
 */
class GoldenExpositionTest {
  private static final Duration SETTLED = Duration.ofSeconds(30);

  /** Of the runtime and of the build, or of the kernel below all this, not of the fake host. */
  private static final Predicate<String> NOT_OURS =
      Pattern.compile(
              "^(# (HELP|TYPE) )?(jvm_|process_|bilgewatch_(kernel_log_info|lsm_|last_event))")
          .asPredicate()
          // What is known of growth only after some seconds, and what the machine itself is ill
          // with.
          .or(
              Pattern.compile("^(# (HELP|TYPE) )?bilgewatch_[a-z_]*(growth_|full_|oom_)(b|s)")
                  .asPredicate())
          .or(Pattern.compile("alertname=\"(Docker|KernelLog|Collector)").asPredicate());

  /** What depends on the time, the machine or the file system below the fake host. */
  private static final List<String> VARYING =
      List.of(
          "(bilgewatch_writable_layer_(bytes|path_bytes|measured_timestamp_seconds|read_timestamp_seconds|scan_seconds)"
              + "\\{.*\\}) .*",
          "(bilgewatch_collector_(duration_seconds|cpu_seconds_total"
              + "|last_success_timestamp_seconds)\\{.*\\}) .*",
          "(bilgewatch_collector_outcome\\{collector=\"(quotas|filesystems"
              + "|kernel_log_audit|forks)\".*\\}) .*",
          "(bilgewatch_kernel_log_[a-z_]+\\{source=\"audit\"\\}) .*",
          "(bilgewatch_unattributed_events_total\\{.*\\}) .*",
          "(bilgewatch_filesystem_[a-z_]+|bilgewatch_build_info)\\{.*\\} .*");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"debian12-docker20.10-cgroup1", "debian13-docker29-cgroup2"})
  void theExpositionIsTheGoldenOne(String name) throws IOException {
    try (FakeHost host = FakeHost.unpack(name, directory)) {
      assertGolden(name, host, settled());
    }
  }

  private static void assertGolden(String name, FakeHost host, Scrape scrape) throws IOException {
    Path golden =
        Path.of(System.getProperty("bilgewatch.root"), "agent/src/test/resources/hosts")
            .resolve(name + ".metrics");
    String now = masked(scrape.text());
    if ("write".equals(System.getProperty("bilgewatch.golden"))) {
      Files.writeString(golden, now);
    }
    assertEquals(forThisUser(Files.readString(golden)), forThisUser(now));
    assertLayersAreWhatDuSays(host, scrape);
    Promtool.checkMetrics(scrape.text());
  }

  private Scrape settled() {
    try (TestAgent agent =
        TestAgent.with(
            Map.of(
                "host.root", directory.toString(),
                "walk.interval", "1s",
                "walk.min-interval", "1s",
                "walk.cpu-share", "1"))) {
      AtomicReference<Scrape> last = new AtomicReference<>(agent.scrape());
      Await.until("two scrapes that agree", SETTLED, () -> agrees(agent, last));
      return last.get();
    }
  }

  private static boolean agrees(TestAgent agent, AtomicReference<Scrape> last) {
    Scrape before = last.getAndSet(agent.scrape());
    return Stream.of("layers", "container_logs")
            .map("collector_outcome{collector=\"%s\",outcome=\"collected\"} 1"::formatted)
            .allMatch(last.get().text()::contains)
        && !before.samples().equals(last.get().samples())
        && masked(before.text()).equals(masked(last.get().text()));
  }

  private static void assertLayersAreWhatDuSays(FakeHost host, Scrape scrape) {
    int layers = 0;
    for (Map.Entry<String, Double> sample : scrape.samples().entrySet()) {
      if (sample.getKey().startsWith("bilgewatch_writable_layer_bytes{")) {
        layers++;
        assertEquals(du(host, sample.getKey()), sample.getValue(), sample.getKey());
      }
    }
    assertTrue(layers > 0, "no layers");
  }

  /** The layers by their containers, as the fake hosts have them. */
  private static double du(FakeHost host, String series) {
    String upperdir =
        switch (series.replaceFirst(".*container=\"([a-z]+)\".*", "$1")) {
          case "web" -> "srv/docker/overlay2/@WEBL@/diff";
          case "db" -> "srv/docker/overlay2/@DBL@/diff";
          case "old" -> "srv/docker/overlay2/@OLDL@/diff";
          case "fresh" -> "srv/docker/overlay2/@FRESHL@/diff";
          case "stolen" -> "srv/docker/overlay2/@STOLENL@/diff";
          case "store" -> "@SNAPSHOTS@/7/fs";
          case "classic" -> "mnt/docker/overlay2/@CLASSICL@/diff";
          default -> throw new AssertionError("an unknown container: " + series);
        };
    return Double.parseDouble(
        Shell.text("du", "-s", "-B1", host.path(upperdir).toString()).split("\t", -1)[0]);
  }

  private static String masked(String text) {
    return text.lines()
        .filter(NOT_OURS.negate())
        .map(GoldenExpositionTest::maskedLine)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String maskedLine(String line) {
    for (String varying : VARYING) {
      if (line.matches(varying)) {
        return line.replaceFirst(varying, "$1 varies");
      }
    }
    return line;
  }

  /** Which entries the image brought, only CAP_SYS_ADMIN can tell. */
  private static String forThisUser(String text) throws IOException {
    boolean told = OverlayAttributes.trustedReadable();
    return text.lines()
        .filter(line -> told || !line.matches(".*change=\"(created|modified)\".*"))
        .collect(Collectors.joining("\n"));
  }
}
