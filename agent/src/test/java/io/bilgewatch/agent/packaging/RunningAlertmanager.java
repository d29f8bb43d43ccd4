package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.it.RealAlertmanager;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A real Alertmanager with the packaged configuration, whose receivers are the test's. */
final class RunningAlertmanager implements AutoCloseable {
  private static final String PLACEHOLDER = "http://127.0.0.1:9094/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final RealAlertmanager alertmanager;

  RunningAlertmanager(Path directory, int webhookPort) {
    String config = Packaged.text(Packaged.ALERTMANAGER.resolve("alertmanager.yml"));
    alertmanager =
        RealAlertmanager.with(
            config.replace(PLACEHOLDER, "http://127.0.0.1:%d/".formatted(webhookPort)), directory);
  }

  /** One alert, firing since just now. */
  void fire(Map<String, String> labels, String summary) throws IOException {
    Map<String, Object> alert =
        Map.of(
            "labels", labels,
            "annotations", Map.of("summary", summary),
            "startsAt", Instant.now().toString());
    HttpRequest request =
        HttpRequest.newBuilder(alertmanager.url().resolve("/api/v2/alerts"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(List.of(alert))))
            .build();
    try {
      var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
      assertEquals(200, answer.statusCode());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    alertmanager.close();
  }
}
