package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Prometheus scrapes the agent on a real engine. */
class PrometheusIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As Prometheus 2 asks with native histograms on, without, and one that wants OpenMetrics. */
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "native-histograms"})
  void whatItScrapesIsThereAndItsLogIsQuiet(String feature) throws Exception {
    if (!Promtool.isInstalled("prometheus")) {
      Assumptions.abort("prometheus is not installed");
    }
    String container = "scraped" + feature.length();
    ENGINE.idle(container, "--tmpfs=/tmp:size=1m", "--memory=64m");
    try (TestAgent agent = TestAgent.watching(ENGINE.dataRoot())) {
      agent.scrapeWhen(
          "measured",
          scrape -> scrape.of("bilgewatch_writable_layer_bytes", container).isPresent());
      int port = freePort();
      Process prometheus = start(agent.uri("/").getPort(), port, feature);
      try {
        Await.until("up", SOON, () -> value(port, "min_over_time(up[3s])").equals("1"));
        // Containers that come and go are where series could be twice or out of order.
        ENGINE.docker("restart", "--time=0", container);
        Thread.sleep(5000);
        assertEquals("1", value(port, "up"));
        String selector = "{container=\"" + container + "\"}";
        for (String metric :
            List.of(
                "bilgewatch_writable_layer_bytes",
                "bilgewatch_memory_limit_bytes",
                "bilgewatch_tmpfs_oom_risk_ratio",
                "bilgewatch_container_info")) {
          assertTrue(!value(port, metric + selector).isEmpty(), metric);
        }
        assertEquals("67108864", value(port, "bilgewatch_memory_limit_bytes" + selector));
        assertEquals("1", value(port, "count(bilgewatch_build_info)"));
        assertEquals(List.of(), complaints());
      } finally {
        prometheus.destroy();
        prometheus.waitFor();
      }
    }
  }

  private Process start(int agentPort, int port, String feature) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, scrape_timeout: 900ms}
            scrape_configs:
              - job_name: bilgewatch
                static_configs: [{targets: ["127.0.0.1:%d"]}]
            """
                .formatted(agentPort));
    List<String> command =
        Stream.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--log.level=debug",
                feature.isEmpty() ? "" : "--enable-feature=" + feature)
            .filter(word -> !word.isEmpty())
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  /** Its lines about scrapes; it says those at debug level. */
  private List<String> complaints() throws IOException {
    return Files.readAllLines(directory.resolve("prometheus.log")).stream()
        .filter(line -> line.matches(".*(level=(warn|error)|component=\"scrape manager\").*"))
        .filter(
            line -> line.matches("(?i).*(level=(warn|error)|fail|error|duplicate|out.of.order).*"))
        .toList();
  }

  /** The first sample's value; empty where there is none. */
  private static String value(int port, String query) {
    try {
      String url =
          "http://127.0.0.1:%d/api/v1/query?query=%s"
              .formatted(port, URLEncoder.encode(query, StandardCharsets.UTF_8));
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(url)).build(),
                  HttpResponse.BodyHandlers.ofString());
      JsonNode result = JSON.readTree(answer.body()).at("/data/result/0/value/1");
      return result.asText("");
    } catch (IOException _) {
      // It is not up yet.
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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
      assertEquals(families(scrape.text()), delimited(get(agent, PROTOBUF)));
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
