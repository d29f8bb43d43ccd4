package io.bilgewatch.agent.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whom an Alertmanager tells: the person who is woken up. */
final class Webhook implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<JsonNode> alerts = new CopyOnWriteArrayList<>();

  Webhook() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            JSON.readTree(exchange.getRequestBody().readAllBytes())
                .get("alerts")
                .forEach(alerts::add);
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
    return alerts.stream()
        .map(alert -> alert.at("/labels/container").asText() + " " + alert.get("status").asText())
        .toList();
  }

  List<JsonNode> alerts() {
    return List.copyOf(alerts);
  }

  void forget() {
    alerts.clear();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
