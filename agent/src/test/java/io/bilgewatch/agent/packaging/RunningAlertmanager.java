package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.it.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A real Alertmanager with the packaged configuration, whose receivers are the test's. */
final class RunningAlertmanager implements AutoCloseable {
  private static final String PROGRAM = "prometheus-alertmanager";
  private static final String PLACEHOLDER = "http://127.0.0.1:9094/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final Process process;

  RunningAlertmanager(Path directory, int webhookPort) throws IOException {
    Tool.need(PROGRAM);
    String config = Packaged.text(Packaged.ALERTMANAGER.resolve("alertmanager.yml"));
    Path file =
        Files.writeString(
            directory.resolve("alertmanager.yml"),
            config.replace(PLACEHOLDER, "http://127.0.0.1:%d/".formatted(webhookPort)));
    port = freePort();
    process =
        new ProcessBuilder(
                PROGRAM,
                "--config.file=" + file,
                "--storage.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("alertmanager.log").toFile())
            .start();
    Await.until("alertmanager is ready", Duration.ofSeconds(60), this::isReady);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() {
    try {
      return send(HttpRequest.newBuilder(uri("/-/ready")).build()) == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port, path));
  }

  private int send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** One alert, firing since just now. */
  void fire(Map<String, String> labels, String summary) throws IOException {
    Map<String, Object> alert =
        Map.of(
            "labels", labels,
            "annotations", Map.of("summary", summary),
            "startsAt", Instant.now().toString());
    HttpRequest request =
        HttpRequest.newBuilder(uri("/api/v2/alerts"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(List.of(alert))))
            .build();
    assertEquals(200, send(request));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
