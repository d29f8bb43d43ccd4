package io.bilgewatch.agent.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.guard.Guard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers; {@link HttpServerLimitsTest} has what it refuses to suffer. */
class HttpServerTest {
  private static final byte[] LARGE = letters(3_000_000);

  private final AtomicReference<Optional<String>> notReady =
      new AtomicReference<>(Optional.of("nothing was read yet"));
  private TestServer test;

  @BeforeEach
  void start() throws IOException {
    Map<String, Route> routes =
        Map.of(
            "/", _ -> Response.text(200, "root"),
            "/-/healthy", HealthRoutes.healthy(),
            "/-/ready", HealthRoutes.ready(notReady::get),
            "/echo/", request -> Response.text(200, request.below("/echo/")),
            "/echo/long/", _ -> Response.text(200, "the longer one"),
            "/query", request -> Response.text(200, String.join("|", request.parameters("a[]"))),
            "/large", _ -> Response.json(200, out -> out.write(LARGE)),
            "/throws", HttpServerTest::fail,
            "/thread",
                _ ->
                    Response.text(200, Thread.currentThread().isVirtual() ? "virtual" : "platform"),
            "/half",
                _ ->
                    Response.json(
                        200,
                        out -> {
                          out.write(LARGE);
                          throw new IOException("half-way");
                        }));
    test = new TestServer(routes, Limits.standard(), Guard.open());
  }

  @AfterEach
  void everyByteOfEveryAnswerWasGivenUp() throws InterruptedException {
    test.close();
    assertEquals(Limits.standard().answerBytes(), test.server.budgetLeft());
  }

  /** On a virtual one the writers of the formats make much garbage: {@link Renderer}. */
  @Test
  void answersAreMadeOnPlatformThreads() throws Exception {
    assertEquals("platform\n", TestServer.text(test.get("/thread")));
  }

  @Test
  void answersWithTheHeadersThatEveryAnswerCarries() throws Exception {
    HttpResponse<byte[]> response = test.get("/");
    assertEquals(200, response.statusCode());
    assertEquals("root\n", TestServer.text(response));
    assertEquals(Optional.of("5"), response.headers().firstValue("Content-Length"));
    assertEquals(Optional.of("nosniff"), response.headers().firstValue("X-Content-Type-Options"));
    assertEquals(Optional.of("no-store"), response.headers().firstValue("Cache-Control"));
    assertEquals(
        Optional.of("text/plain; charset=utf-8"), response.headers().firstValue("Content-Type"));
    assertTrue(response.headers().firstValue("Date").orElseThrow().endsWith(" GMT"));
  }

  @ParameterizedTest
  @CsvSource({
    "/echo/, ''",
    "/echo/web1, web1",
    "/echo/a/b, a/b",
    "/echo/a%2Fb%20c, a/b c",
    "/echo/long/x, the longer one",
    "/query?a[]=1&a[]=2;3&b=4, 1|2;3",
  })
  void findsTheRoute(String path, String answer) throws Exception {
    assertTrue(
        test.exchange("GET " + path + " HTTP/1.0\r\n\r\n").endsWith("\r\n\r\n" + answer + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/echo", "//", "/-/healthy/", "/metrics/../", "/%00"})
  void whatIsNotThereIs404(String path) throws Exception {
    assertEquals(404, test.get(path).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"})
  void otherMethodsAre405(String method) throws Exception {
    for (String path : List.of("/", "/nothing")) {
      HttpResponse<byte[]> response = test.send(method, path);
      assertEquals(405, response.statusCode());
      assertEquals(Optional.of("GET, HEAD"), response.headers().firstValue("Allow"));
    }
  }

  @Test
  void headIsGetWithoutTheBody() throws Exception {
    HttpResponse<byte[]> response = test.send("HEAD", "/large");
    assertEquals(200, response.statusCode());
    assertEquals(0, response.body().length);
    assertEquals(Optional.of("3000000"), response.headers().firstValue("Content-Length"));
    String twice = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n";
    String heard = test.exchange(twice);
    assertEquals(2, heard.split("HTTP/1.1 200 OK", -1).length - 1);
    assertEquals(1, heard.split("root", -1).length - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip                    | true",
        "GZIP                    | true",
        "deflate, gzip;q=0.5     | true",
        "*                       | true",
        "gzip;q=0.001            | true",
        "gzip;q=0                | false",
        "gzip;q=0.0, *           | false",
        "*;q=0                   | false",
        "br                      | false",
        "identity                | false",
        "gzip;q=nonsense         | false",
        "x-gzipped               | false",
      })
  void compressesForThoseWhoTakeIt(String accepted, boolean gzip) throws Exception {
    HttpResponse<byte[]> response = test.get("/large", "Accept-Encoding", accepted);
    assertEquals(
        gzip ? Optional.of("gzip") : Optional.empty(),
        response.headers().firstValue("Content-Encoding"));
    byte[] body = response.body();
    assertEquals(
        Optional.of(Integer.toString(body.length)),
        response.headers().firstValue("Content-Length"));
    assertArrayEquals(LARGE, gzip ? unzipped(body) : body);
  }

  @Test
  void isReadyOnceItSaysSo() throws Exception {
    assertEquals(200, test.get("/-/healthy").statusCode());
    HttpResponse<byte[]> before = test.get("/-/ready");
    assertEquals(503, before.statusCode());
    assertEquals("not ready: nothing was read yet\n", TestServer.text(before));
    notReady.set(Optional.empty());
    assertEquals(200, test.get("/-/ready").statusCode());
  }

  @Test
  void aRouteThatFailsIsA500AndLeavesTheOthers() throws Exception {
    for (String path : List.of("/throws", "/half", "/throws")) {
      HttpResponse<byte[]> response = test.get(path);
      assertEquals(500, response.statusCode());
      assertEquals(
          "this could not be answered; the agent's log says why\n", TestServer.text(response));
    }
    assertEquals(200, test.get("/").statusCode());
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      requests.append("GET /echo/n").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    requests.append("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    String heard = test.exchange(requests.toString());
    int at = 0;
    for (int i = 0; i < 500; i++) {
      at = heard.indexOf("\r\n\r\nn" + i + "\n", at);
      assertTrue(at > 0, "the answer to request " + i);
    }
    assertTrue(heard.length() > LARGE.length);
  }

  @Test
  void keepsHttp10OpenOnlyWhenAsked() throws Exception {
    assertTrue(test.exchange("GET / HTTP/1.0\r\n\r\n").contains("connection: close"));
    String heard =
        test.exchange(
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /echo/2 HTTP/1.0\r\n\r\n");
    assertTrue(heard.contains("connection: keep-alive"));
    assertTrue(heard.endsWith("\r\n\r\n2\n"));
  }

  @Test
  void takesTheAbsoluteForm() throws Exception {
    String heard = test.exchange("GET http://h.example:1/echo/x?y HTTP/1.0\r\n\r\n");
    assertTrue(heard.endsWith("\r\n\r\nx\n"), heard);
  }

  @Test
  void anAddressInUseNamesTheRemedy() {
    ListenAddress taken = new ListenAddress("127.0.0.1", test.port());
    IOException error =
        assertThrows(
            IOException.class,
            () -> HttpServer.start(taken, new Routes(Map.of()), Limits.standard(), Guard.open()));
    assertTrue(error.getMessage().contains(taken + " is in use"), error.getMessage());
    assertTrue(error.getMessage().contains("--web.listen-address"), error.getMessage());
  }

  @Test
  void listensOnAllInterfacesAndOnIpv6() throws Exception {
    for (String address : List.of(":0", "[::1]:0", "localhost:0")) {
      try (HttpServer server =
          HttpServer.start(
              ListenAddress.parse(address),
              new Routes(Map.of()),
              Limits.standard(),
              Guard.open())) {
        assertFalse(server.address().isUnresolved());
        assertTrue(server.address().getPort() > 0);
      }
    }
    IOException unknown =
        assertThrows(
            IOException.class,
            () ->
                HttpServer.start(
                    ListenAddress.parse("no-such-host.invalid:0"),
                    new Routes(Map.of()),
                    Limits.standard(),
                    Guard.open()));
    assertTrue(unknown.getMessage().contains("no such host"), unknown.getMessage());
  }

  private static Response fail(Request request) {
    throw new IllegalStateException("on purpose: " + request.path());
  }

  private static byte[] letters(int count) {
    byte[] letters = new byte[count];
    Random random = new Random(7);
    for (int i = 0; i < count; i++) {
      letters[i] = (byte) ('a' + random.nextInt(26));
    }
    return letters;
  }

  private static byte[] unzipped(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }
}
