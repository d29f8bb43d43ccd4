package io.bilgewatch.agent.web;

import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.guard.Guard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The real server on a port of the kernel's choice, with clients for it. */
final class TestServer implements AutoCloseable {
  final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  TestServer(Map<String, Route> routes, Limits limits) throws IOException {
    this(routes, limits, Guard.open());
  }

  TestServer(Map<String, Route> routes, Limits limits, Guard guard) throws IOException {
    server =
        HttpServer.start(ListenAddress.parse("127.0.0.1:0"), new Routes(routes), limits, guard);
  }

  int port() {
    return server.address().getPort();
  }

  HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, headers);
  }

  HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** A socket on which a test can misbehave; reads give up after ten seconds. */
  Socket socket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** A socket whose kernel takes hardly anything as long as nobody reads. */
  Socket narrowSocket() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(server.address());
    return socket;
  }

  static void say(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** All that comes until the server closes. */
  static String hear(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    socket.getInputStream().transferTo(all);
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Says it on a socket of its own, and hears until the server closes. */
  String exchange(String bytes) throws IOException {
    try (Socket socket = socket()) {
      say(socket, bytes);
      return hear(socket);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
