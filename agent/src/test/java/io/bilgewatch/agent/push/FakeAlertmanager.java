package io.bilgewatch.agent.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A server that takes alerts and remembers the requests, or does what a test wants of it. */
final class FakeAlertmanager implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Posted> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile Behaviour behaviour = (exchange, posted) -> answer(exchange, 200, "");

  /** What it does with a request that was read whole. */
  interface Behaviour {
    void handle(HttpExchange exchange, Posted posted) throws IOException;
  }

  /** One request. */
  record Posted(String path, Optional<String> authorization, int bytes, JsonNode alerts) {

    /** The values of one label. */
    List<String> all(String label) {
      return stream().map(alert -> alert.at("/labels/" + label).asText()).toList();
    }

    Stream<JsonNode> stream() {
      return StreamSupport.stream(alerts.spliterator(), false);
    }
  }

  FakeAlertmanager() {
    this(Optional.empty(), false);
  }

  /**
   * @param asksWho whether a client must show a certificate
   */
  FakeAlertmanager(SSLContext tls, boolean asksWho) {
    this(Optional.of(tls), asksWho);
  }

  private FakeAlertmanager(Optional<SSLContext> tls, boolean asksWho) {
    try {
      InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      server =
          tls.isPresent() ? https(anywhere, tls.get(), asksWho) : HttpServer.create(anywhere, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", handler());
    server.setExecutor(threads);
    server.start();
  }

  private static HttpServer https(InetSocketAddress address, SSLContext tls, boolean asksWho)
      throws IOException {
    HttpsServer secure = HttpsServer.create(address, 0);
    secure.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setNeedClientAuth(asksWho);
            parameters.setSSLParameters(wanted);
          }
        });
    return secure;
  }

  private HttpHandler handler() {
    return exchange -> {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Posted posted =
            new Posted(
                exchange.getRequestURI().getPath(),
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                body.length,
                JSON.readTree(body));
        requests.add(posted);
        behaviour.handle(exchange, posted);
      }
    };
  }

  static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  void behave(Behaviour wanted) {
    behaviour = wanted;
  }

  URI url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Posted> requests() {
    return List.copyOf(requests);
  }

  /** Every alert that was posted, in order. */
  List<JsonNode> alerts() {
    return requests.stream().flatMap(Posted::stream).toList();
  }

  /** Those about one container. */
  List<JsonNode> alertsOf(String container) {
    return alerts().stream()
        .filter(alert -> alert.at("/labels/container").asText().equals(container))
        .toList();
  }

  static boolean isOver(JsonNode alert, Instant now) {
    return !Instant.parse(alert.get("endsAt").asText()).isAfter(now);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
