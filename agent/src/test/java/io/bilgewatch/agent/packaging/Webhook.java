package io.bilgewatch.agent.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whom Alertmanager notifies: each receiver is a path of it. */
final class Webhook implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<Notification> notifications = new CopyOnWriteArrayList<>();

  /**
   * What came in one request.
   *
   * @param instance of all its alerts; empty where they differ
   * @param alerts {@code alertname container path}, as far as they have it
   */
  record Notification(String receiver, String status, String instance, Set<String> alerts) {}

  Webhook() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      Set<String> alerts = new TreeSet<>();
      for (JsonNode alert : body.get("alerts")) {
        JsonNode labels = alert.get("labels");
        String shown =
            String.join(
                " ",
                labels.path("alertname").asText(),
                labels.path("container").asText(),
                labels.path("mountpoint").asText());
        alerts.add(shown.strip());
      }
      notifications.add(
          new Notification(
              exchange.getRequestURI().getPath().substring(1),
              body.get("status").asText(),
              body.at("/commonLabels/instance").asText(),
              alerts));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Sets of alerts that were told at once to a receiver about a host, in order. */
  List<Set<String>> told(String receiver, String instance) {
    return notifications.stream()
        .filter(one -> one.receiver().equals(receiver) && one.instance().equals(instance))
        .map(Notification::alerts)
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
