package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Prometheus scrapes the agent on a real engine. */
class PrometheusIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** As Prometheus 2 asks with native histograms on, without, and one that wants OpenMetrics. */
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "native-histograms"})
  void whatItScrapesIsThereAndItsLogIsQuiet(String feature) throws Exception {
    String container = "scraped" + feature.length();
    ENGINE.idle(container, "--tmpfs=/tmp:size=1m", "--memory=64m");
    try (TestAgent agent = TestAgent.watching(ENGINE.dataRoot())) {
      agent.scrapeWhen(
          "measured",
          scrape -> scrape.of("bilgewatch_writable_layer_bytes", container).isPresent());
      String[] options =
          feature.isEmpty()
              ? new String[] {"--log.level=debug"}
              : new String[] {"--log.level=debug", "--enable-feature=" + feature};
      try (RealPrometheus prometheus =
          RealPrometheus.scraping(agent.uri("/").getPort(), directory, options)) {
        Await.until(
            "up", SOON, () -> prometheus.values("min_over_time(up[3s])").equals(List.of("1")));
        // Containers that come and go are where series could be twice or out of order.
        ENGINE.docker("restart", "--time=0", container);
        Thread.sleep(5000);
        assertEquals(List.of("1"), prometheus.values("up"));
        String selector = "{container=\"" + container + "\"}";
        for (String metric :
            List.of(
                "bilgewatch_writable_layer_bytes",
                "bilgewatch_memory_limit_bytes",
                "bilgewatch_tmpfs_oom_risk_ratio",
                "bilgewatch_container_info")) {
          assertTrue(!prometheus.values(metric + selector).isEmpty(), metric);
        }
        assertEquals(
            List.of("67108864"), prometheus.values("bilgewatch_memory_limit_bytes" + selector));
        assertEquals(List.of("1"), prometheus.values("count(bilgewatch_build_info)"));
        assertEquals(List.of(), complaints(prometheus));
      }
    }
  }

  /** Its lines about scrapes; it says those at debug level. */
  private static List<String> complaints(RealPrometheus prometheus) throws IOException {
    return prometheus.logLines().stream()
        .filter(line -> line.matches(".*(level=(warn|error)|component=\"scrape manager\").*"))
        .filter(
            line -> line.matches("(?i).*(level=(warn|error)|fail|error|duplicate|out.of.order).*"))
        .toList();
  }

  /** Live, with a container of each state, and in each format. */
  @Test
  void promtoolFindsNothingAndEveryFormatIsWhole() throws Exception {
    ENGINE.idle("linted", "--read-only", "--tmpfs=/tmp", "--memory=64m");
    ENGINE.create("linted-too", List.of(), "true");
    try (TestAgent agent = TestAgent.watching(ENGINE.dataRoot())) {
      Scrape scrape =
          agent.scrapeWhen(
              "measured", s -> s.of("bilgewatch_writable_layer_bytes", "linted").isPresent());
      Promtool.checkMetrics(scrape.text());
      String openMetrics = new String(get(agent, OPEN_METRICS), StandardCharsets.UTF_8);
      assertTrue(openMetrics.endsWith("\n# EOF\n"), "it ends as OpenMetrics does");
      assertEquals(openMetrics.indexOf("# EOF"), openMetrics.lastIndexOf("# EOF"));
      long[] families = {families(agent.scrape().text()), 0};
      // A family that first appears between two scrapes is no difference between formats.
      Await.until(
          "no family that comes or goes",
          SOON,
          () -> {
            long before = families[0];
            families[1] = delimited(get(agent, PROTOBUF));
            families[0] = families(agent.scrape().text());
            return families[0] == before;
          });
      assertEquals(families[0], families[1]);
    }
  }

  private static long families(String text) {
    return text.lines().filter(line -> line.startsWith("# TYPE ")).count();
  }

  /** How many messages there are, each behind its length as a varint. */
  private static long delimited(byte[] bytes) {
    long count = 0;
    int at = 0;
    while (at < bytes.length) {
      int length = 0;
      int shift = 0;
      boolean more = true;
      while (more) {
        more = bytes[at] < 0;
        length |= (bytes[at++] & 0x7f) << shift;
        shift += 7;
      }
      at += length;
      count++;
    }
    assertEquals(bytes.length, at, "the last message is whole");
    return count;
  }

  private static byte[] get(TestAgent agent, String accept) {
    try {
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(agent.uri("/metrics")).header("Accept", accept).build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      String type = answer.headers().firstValue("Content-Type").orElse("");
      assertTrue(type.startsWith(accept.substring(0, accept.indexOf(';'))), type);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
