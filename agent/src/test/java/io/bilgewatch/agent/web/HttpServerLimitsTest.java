package io.bilgewatch.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that are slow, greedy, many or mad. */
class HttpServerLimitsTest {
  private static final Limits SHORT =
      new Limits(
          8 * 1024,
          8 * 1024,
          8,
          16 * 1024 * 1024,
          Duration.ofMillis(400),
          Duration.ofMillis(1200),
          Duration.ofMillis(700),
          Duration.ofMillis(500),
          Duration.ofSeconds(3),
          Duration.ofSeconds(2));
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger mostInside = new AtomicInteger();
  private TestServer test;

  @BeforeEach
  void start() throws IOException {
    Map<String, Route> routes =
        Map.of(
            "/",
            _ -> Response.text(200, "root"),
            "/gate",
            this::waitAtTheGate,
            "/slow",
            this::takeAMoment,
            "/large",
            _ -> Response.json(200, out -> out.write(new byte[12 * 1024 * 1024])));
    test = new TestServer(routes, SHORT);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    test.close();
    assertEquals(SHORT.answerBytes(), test.server.budgetLeft());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /${9000} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n                                   | 414",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nX: ${9000}\\r\\n\\r\\n                          | 431",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nX: ${300000}                                    | 431",
        "GET / HTTP/1.1\\r\\n\\r\\n                                                       | 400",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nHost: y\\r\\n\\r\\n                             | 400",
        "GET /%zz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n                                       | 400",
        "GET / HTTP/2.0\\r\\nHost: x\\r\\n\\r\\n                                          | 505",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 3\\r\\n\\r\\nabc                | 413",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n   | 413",
        "POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 9999999\\r\\n\\r\\n${5000}     | 405",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: -1\\r\\n\\r\\n                  | 400",
        "GET / HTTP/1.1\\r\\nHost x\\r\\n\\r\\n                                           | 400",
        "\u0016\u0003\u0001\u0002\u0000\u0001hello\\r\\n\\r\\n                            | 400",
      })
  void refusesAndCloses(String request, int status) throws Exception {
    String heard = test.exchange(unfold(request));
    assertTrue(heard.startsWith("HTTP/1.1 " + status + " "), heard);
    assertTrue(heard.contains("connection: close"), heard);
    assertEquals(1, heard.split("HTTP/1.1 \\d", -1).length - 1, heard);
    assertStillServes();
  }

  @Test
  void aRequestThatDripsIsEnded() throws Exception {
    try (Socket socket = test.socket()) {
      long begin = System.nanoTime();
      Thread drip = Thread.ofVirtual().start(() -> dripUntilBroken(socket));
      String heard = TestServer.hear(socket);
      long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      assertTrue(heard.startsWith("HTTP/1.1 408 "), heard);
      assertTrue(took >= 350 && took < 3000, "took ms: " + took);
      drip.join();
    }
  }

  @Test
  void aConnectionThatSaysNothingIsEnded() throws Exception {
    try (Socket socket = test.socket()) {
      assertEquals("", TestServer.hear(socket));
    }
  }

  @Test
  void anIdleConnectionIsEndedLater() throws Exception {
    try (Socket socket = test.socket()) {
      TestServer.say(socket, GET);
      long begin = System.nanoTime();
      assertTrue(TestServer.hear(socket).endsWith("root\n"));
      long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      assertTrue(took >= 1000 && took < 5000, "took ms: " + took);
    }
  }

  @Test
  void aClientThatDoesNotReadIsEndedAndItsBytesAreGivenUp() throws Exception {
    try (Socket socket = test.narrowSocket()) {
      TestServer.say(socket, GET.replace("/ ", "/large "));
      awaitBudget(11 * 1024 * 1024, false);
      awaitBudget(SHORT.answerBytes(), true);
    }
    assertStillServes();
  }

  @Test
  void answersBeyondTheBudgetAreRefused() throws Exception {
    try (Socket greedy = test.narrowSocket()) {
      TestServer.say(greedy, GET.replace("/ ", "/large "));
      awaitBudget(11 * 1024 * 1024, false);
      assertEquals(503, test.get("/large").statusCode());
      assertEquals(200, test.get("/").statusCode());
    }
  }

  @Test
  void connectionsBeyondTheLimitAreToldSo() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        Socket socket = test.socket();
        sockets.add(socket);
        TestServer.say(socket, GET);
        assertEquals('H', socket.getInputStream().read());
      }
      String heard = test.exchange(GET);
      assertTrue(heard.startsWith("HTTP/1.1 503 "), heard);
      assertTrue(heard.endsWith("\r\n\r\ntoo many connections\n"), heard);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertStillServes();
  }

  @Test
  void aRouteAnswersOneAtATimeAndNobodyWaitsForEver() throws Exception {
    List<CompletableFuture<Integer>> statuses =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> status("/slow")))
            .limit(5)
            .toList();
    for (CompletableFuture<Integer> status : statuses) {
      assertEquals(200, status.get(10, TimeUnit.SECONDS));
    }
    assertEquals(1, mostInside.get());

    CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> status("/gate"));
    assertTrue(entered.await(5, TimeUnit.SECONDS));
    assertEquals(503, status("/gate"));
    assertEquals(200, status("/"));
    gate.countDown();
    assertEquals(200, first.get(5, TimeUnit.SECONDS));
  }

  @Test
  void aStopLetsARunningAnswerEnd() throws Exception {
    try (Socket busy = test.socket();
        Socket idle = test.socket()) {
      TestServer.say(busy, GET.replace("/ ", "/gate "));
      assertTrue(entered.await(5, TimeUnit.SECONDS));
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(test.server::close);
      assertEquals(-1, idle.getInputStream().read());
      assertFalse(stopped.isDone());
      gate.countDown();
      String heard = TestServer.hear(busy);
      assertTrue(heard.contains("connection: close"), heard);
      assertTrue(heard.endsWith("through the gate\n"), heard);
      stopped.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStopDoesNotWaitForEver() throws Exception {
    try (Socket busy = test.socket()) {
      TestServer.say(busy, GET.replace("/ ", "/gate "));
      assertTrue(entered.await(5, TimeUnit.SECONDS));
      long begin = System.nanoTime();
      test.server.close();
      long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      assertTrue(took >= 1900 && took < 6000, "took ms: " + took);
    }
  }

  @Test
  void madClientsLeaveTheServerAnswering() throws Exception {
    Random random = new Random(20260101);
    for (int i = 0; i < 2_000; i++) {
      try (Socket socket = test.socket()) {
        socket.getOutputStream().write(madness(random));
        if (random.nextInt(4) == 0) {
          socket.shutdownOutput();
          TestServer.hear(socket);
        }
      } catch (SocketException e) {
        // Closed in its face, as it may be.
      }
      if (i % 100 == 0) {
        awaitServed();
      }
    }
    awaitServed();
    awaitBudget(SHORT.answerBytes(), true);
  }

  @Test
  void twoHundredScrapesLeakNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      scrapeOnce();
    }
    long fds = settledCount(HttpServerLimitsTest::openFds);
    long threads = settledCount(HttpServerLimitsTest::platformThreads);
    for (int i = 0; i < 200; i++) {
      scrapeOnce();
    }
    // Those of other tests may end meanwhile.
    long fdsNow = settledCount(HttpServerLimitsTest::openFds);
    long threadsNow = settledCount(HttpServerLimitsTest::platformThreads);
    assertTrue(fdsNow <= fds, () -> fds + " descriptors became " + fdsNow);
    assertTrue(threadsNow <= threads, () -> threads + " threads became " + threadsNow);
  }

  private void scrapeOnce() throws IOException {
    String heard = test.exchange("GET /large HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n");
    assertTrue(heard.startsWith("HTTP/1.1 200 "), () -> heard.substring(0, 100));
  }

  /** A valid request with a few bytes changed, cut, doubled or put in; or noise. */
  private static byte[] madness(Random random) {
    String[] seeds = {
      GET,
      GET + GET,
      "HEAD /large HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "GET http://x/?a=%41 HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n",
    };
    byte[] bytes = seeds[random.nextInt(seeds.length)].getBytes(StandardCharsets.US_ASCII);
    if (random.nextInt(10) == 0) {
      random.nextBytes(bytes);
    }
    for (int change = random.nextInt(6); change > 0; change--) {
      bytes[random.nextInt(bytes.length)] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> '\n';
            case 2 -> ':';
            default -> bytes[random.nextInt(bytes.length)];
          };
    }
    return random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length) + 1) : bytes;
  }

  private Response waitAtTheGate(Request request) throws InterruptedException {
    entered.countDown();
    assertTrue(gate.await(20, TimeUnit.SECONDS));
    return Response.text(200, "through the gate");
  }

  private Response takeAMoment(Request request) throws InterruptedException {
    mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
    Thread.sleep(40);
    inside.decrementAndGet();
    return Response.text(200, "slow");
  }

  private int status(String path) {
    try {
      return test.get(path).statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(path, e);
    }
  }

  /**
   * Soon: connections that were closed just now may still count, and then 503 is the right word.
   */
  private void assertStillServes() throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    int status = test.get("/").statusCode();
    while (status == 503 && System.nanoTime() < until) {
      Thread.sleep(20);
      status = test.get("/").statusCode();
    }
    assertEquals(200, status);
  }

  /** The mad ones' connections may still fill the house for as long as a request may take. */
  private void awaitServed() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String heard = "";
    while (!heard.endsWith("root\n") && System.nanoTime() < end) {
      try {
        heard = test.exchange("GET / HTTP/1.0\r\n\r\n");
      } catch (SocketException e) {
        heard = "";
      }
      Thread.sleep(heard.endsWith("root\n") ? 0 : 20);
    }
    assertTrue(heard.endsWith("root\n"), heard);
  }

  private void awaitBudget(int bytes, boolean atLeast) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
    while ((test.server.budgetLeft() >= bytes) != atLeast && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertEquals(atLeast, test.server.budgetLeft() >= bytes, "left: " + test.server.budgetLeft());
  }

  private static void dripUntilBroken(Socket socket) {
    try {
      for (char letter : GET.repeat(100).replace("\r", "").replace("\n", "x").toCharArray()) {
        TestServer.say(socket, String.valueOf(letter));
        Thread.sleep(50);
      }
    } catch (IOException | InterruptedException e) {
      // Which is what the test waits for.
    }
  }

  private static String unfold(String request) {
    String text = request.strip().replace("\\r", "\r").replace("\\n", "\n");
    for (int length : List.of(9000, 5000, 300_000)) {
      text = text.replace("${" + length + "}", "x".repeat(length));
    }
    return text;
  }

  /** The least of several looks: what other threads of the test open and close is not a leak. */
  private static long settledCount(Callable<Long> count) throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      least = Math.min(least, count.call());
      Thread.sleep(20);
    }
    return least;
  }

  private static long openFds() throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/dev/fd/"))) {
      return fds.count();
    }
  }

  private static long platformThreads() {
    return Thread.getAllStackTraces().size();
  }
}
