package io.bilgewatch.agent.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** A Prometheus of the host's own package that scrapes one agent each second. */
final class RealPrometheus implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final int port;
  private final Path log;

  private RealPrometheus(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Returns once the agent has been scraped; where Prometheus is not installed, skips.
   *
   * @param directory for its storage and log
   */
  static RealPrometheus scraping(int agentPort, Path directory, String... options) {
    return with(
        """
        global: {scrape_interval: 1s, scrape_timeout: 900ms}
        scrape_configs:
          - job_name: bilgewatch
            static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(agentPort),
        directory,
        options);
  }

  /** As above, with a configuration of its own. */
  static RealPrometheus with(String config, Path directory, String... options) {
    if (!Promtool.isInstalled("prometheus")) {
      Assumptions.abort("prometheus is not installed");
    }
    try {
      RealPrometheus prometheus = start(config, directory, List.of(options));
      try {
        Await.until("up", START, () -> !prometheus.values("up == 1").isEmpty());
      } catch (AssertionError e) {
        prometheus.close();
        throw e;
      }
      return prometheus;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RealPrometheus start(String text, Path directory, List<String> options)
      throws IOException {
    Path config = Files.writeString(directory.resolve("prometheus.yml"), text);
    int port = freePort();
    Path log = directory.resolve("prometheus.log");
    List<String> command = new ArrayList<>(List.of("prometheus", "--config.file=" + config));
    command.add("--storage.tsdb.path=" + directory.resolve("data"));
    command.add("--web.listen-address=127.0.0.1:" + port);
    command.addAll(options);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new RealPrometheus(process, port, log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What it says of a query now: the result, which may be empty; not where it is wrong. */
  List<JsonNode> query(String expression) {
    return results("/api/v1/query", Map.of("query", expression));
  }

  List<JsonNode> queryRange(String expression, Instant from, Instant to, Duration step) {
    return results(
        "/api/v1/query_range",
        Map.of(
            "query", expression,
            "start", Double.toString(from.toEpochMilli() / 1e3),
            "end", Double.toString(to.toEpochMilli() / 1e3),
            "step", Double.toString(step.toMillis() / 1e3)));
  }

  /** The values that a label has in some series. */
  List<String> labelValues(String label, String series) {
    List<String> values = new ArrayList<>();
    data("/api/v1/label/" + label + "/values", Map.of("match[]", series))
        .forEach(value -> values.add(value.asText()));
    return values;
  }

  /** The samples' values as it writes them; empty while it does not answer. */
  List<String> values(String expression) {
    try {
      return query(expression).stream().map(sample -> sample.at("/value/1").asText()).toList();
    } catch (UncheckedIOException _) {
      return List.of();
    }
  }

  List<String> logLines() throws IOException {
    return Files.readAllLines(log);
  }

  private List<JsonNode> results(String path, Map<String, String> parameters) {
    List<JsonNode> results = new ArrayList<>();
    data(path, parameters).path("result").forEach(results::add);
    return results;
  }

  private JsonNode data(String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    URI uri = URI.create("http://127.0.0.1:%d%s?%s".formatted(port, path, query));
    try {
      JsonNode answer =
          JSON.readTree(
              client
                  .send(
                      HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                      HttpResponse.BodyHandlers.ofByteArray())
                  .body());
      if (!answer.path("status").asText().equals("success")) {
        throw new AssertionError(parameters + ": " + answer);
      }
      return answer.get("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
