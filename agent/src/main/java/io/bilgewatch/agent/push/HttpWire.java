package io.bilgewatch.agent.push;

import io.bilgewatch.agent.text.Visible;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The API of one Alertmanager, by HTTP. */
final class HttpWire implements Wire {
  private static final int MOST_ANSWERED = 64 << 10;
  private static final int MOST_SHOWN = 200;
  private static final String WHO_WE_ARE = "; see alertmanager.basic-auth and alertmanager.tls";
  private static final String WHICH_PATH =
      "; is there a path before /api/v2 that alertmanager.urls lacks?";

  private final HttpClient client;
  private final URI alerts;
  private final Credentials credentials;
  private final Duration timeout;

  HttpWire(HttpClient client, URI base, Credentials credentials, Duration timeout) {
    this.client = client;
    this.alerts = URI.create(base + "/api/v2/alerts");
    this.credentials = credentials;
    this.timeout = timeout;
  }

  @Override
  public Answer post(byte[] json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(alerts)
            .header("Content-Type", "application/json")
            .header("User-Agent", "Bilgewatch")
            .POST(BodyPublishers.ofByteArray(json));
    try {
      credentials.header().ifPresent(value -> request.header("Authorization", value));
    } catch (IOException e) {
      return new Answer.Failed(e.getMessage(), false);
    }
    return answer(request.build());
  }

  /** The client's own deadline ends with the answer's head; this one with its body. */
  private Answer answer(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWERED));
    try {
      return understand(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      answer.cancel(true);
      return new Answer.Failed("no answer within %d ms".formatted(timeout.toMillis()), true);
    } catch (ExecutionException e) {
      return Failures.of(e.getCause());
    } catch (InterruptedException _) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Answer.Failed("broken off", true);
    }
  }

  private static Answer understand(HttpResponse<byte[]> response) {
    int code = response.statusCode();
    String said = "it answers %d%s".formatted(code, shown(response.body()));
    return switch (code) {
      case 400, 413, 422 -> new Answer.Refused(said);
      case 401, 403 -> new Answer.Failed(said + WHO_WE_ARE, false);
      case 404, 405 -> new Answer.Failed(said + WHICH_PATH, false);
      default ->
          switch (code / 100) {
            case 2 -> new Answer.Taken();
            case 3 -> new Answer.Failed(said + elsewhere(response), false);
            default -> new Answer.Failed(said, true);
          };
    };
  }

  private static String elsewhere(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Location")
        .map(place -> " and leads to " + Visible.of(cut(place)) + ", which is not followed")
        .orElse("");
  }

  private static String shown(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "" : " (" + Visible.of(cut(text)) + ")";
  }

  private static String cut(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }
}
