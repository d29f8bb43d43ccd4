package io.bilgewatch.agent.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whom an Alertmanager tells: the person who is woken up. */
final class Webhook implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<Told> told = new CopyOnWriteArrayList<>();

  /**
   * One alert of a notification.
   *
   * @param receiver the path that it came to, without its slash
   */
  record Told(Instant at, String receiver, JsonNode alert) {
    String status() {
      return alert.get("status").asText();
    }

    String label(String name) {
      return alert.at("/labels/" + name).asText();
    }
  }

  Webhook() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Instant now = Instant.now();
            String receiver = exchange.getRequestURI().getPath().substring(1);
            JSON.readTree(exchange.getRequestBody().readAllBytes())
                .get("alerts")
                .forEach(alert -> told.add(new Told(now, receiver, alert)));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Each notification: {@code web firing}. */
  List<String> told() {
    return told.stream().map(one -> one.label("container") + " " + one.status()).toList();
  }

  List<JsonNode> alerts() {
    return told.stream().map(Told::alert).toList();
  }

  /** What came about one alert, in order. */
  List<Told> told(String alertname) {
    return told.stream().filter(one -> one.label("alertname").equals(alertname)).toList();
  }

  void forget() {
    told.clear();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
