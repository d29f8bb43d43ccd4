package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A customer's name in a path must be nowhere where paths are not to be shown. */
class HiddenPathsIT {
  private static final String NAME = "acme-secret";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> PAGES =
      List.of(
          "/",
          "/containers/customers",
          "/metrics",
          "/api/v1/containers",
          "/api/v1/events",
          "/api/v1/alerts");

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void namesThatContainersChoseAreShownOrAreNowhere() {
    try (TestAgent shown = agent("on");
        TestAgent hidden = agent("off")) {
      ENGINE.run(
          "customers",
          List.of(),
          "sh",
          "-c",
          "sleep 3; mkdir -p /srv/%1$s; dd if=/dev/zero of=/srv/%1$s/data bs=1M count=3;"
                  .formatted(NAME)
              + " while :; do echo \"touch: /srv/%s/x: Read-only file system\"; sleep 1; done"
                  .formatted(NAME));
      for (TestAgent agent : List.of(shown, hidden)) {
        agent.scrapeWhen(
            "its layer is measured and a failed write is counted",
            scrape ->
                scrape.of("bilgewatch_writable_layer_bytes", "customers").orElse(0) > 3e6
                    && scrape.text().contains("bilgewatch_write_failures_total{container=\"cust"));
      }
      Await.until(
          "shown",
          SOON,
          () ->
              List.of("/containers/customers", "/metrics", "/api/v1/containers", "/api/v1/events")
                  .stream()
                  .allMatch(page -> get(shown.uri(page)).contains(NAME)));
      for (String page : PAGES) {
        String text = get(hidden.uri(page));
        assertTrue(text.contains("customers") || page.equals("/api/v1/alerts"), text);
        assertEquals(List.of(), text.lines().filter(line -> line.contains(NAME)).toList(), page);
      }
    }
  }

  private static TestAgent agent(String paths) {
    return TestAgent.with(
        Map.of(
            "docker.data-roots",
            ENGINE.dataRoot().toString(),
            "walk.interval",
            "1s",
            "walk.min-interval",
            "1s",
            "metrics.paths",
            paths));
  }

  private String get(URI uri) {
    try {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
