package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.Alertmanager.BasicAuth;
import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.push.Wire.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers of all kinds do to a request. */
class HttpWireTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final byte[] BODY = "[{\"labels\":{}}]".getBytes(StandardCharsets.UTF_8);
  private static final Credentials NOBODY = new Credentials(Optional.empty());

  private final FakeAlertmanager server = new FakeAlertmanager();
  private final HttpClient client = client();

  private static HttpClient client() {
    try {
      return AlertmanagerPush.client(TIMEOUT, SSLContext.getDefault(), Runnable::run);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
  }

  @Test
  void aPathBeforeTheApiIsKept() {
    assertEquals(new Answer.Taken(), wire(URI.create(server.url() + "/am/one")).post(BODY));
    assertEquals("/am/one/api/v2/alerts", server.requests().getFirst().path());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 |  | Taken[]",
        "204 |  | Taken[]",
        "400 | bad | Refused[reason=it answers 400 (bad)]",
        "413 |  | Refused[reason=it answers 413]",
        "401 | who? | Failed[reason=it answers 401 (who?); see alertmanager.basic-auth and"
            + " alertmanager.tls, arrived=false]",
        "404 |  | Failed[reason=it answers 404; is there a path before /api/v2 that"
            + " alertmanager.urls lacks?, arrived=false]",
        "429 | slower | Failed[reason=it answers 429 (slower), arrived=true]",
        "500 | oh | Failed[reason=it answers 500 (oh), arrived=true]",
        "503 |  | Failed[reason=it answers 503, arrived=true]",
      })
  void understandsEachStatus(int status, String text, String answer) {
    server.behave(
        (exchange, _) -> FakeAlertmanager.answer(exchange, status, text == null ? "" : text));
    assertEquals(answer, wire(server.url()).post(BODY).toString());
  }

  @Test
  void doesNotFollow() {
    server.behave((exchange, _) -> {
      exchange.getResponseHeaders().set("Location", "http://elsewhere/\u009b");
      FakeAlertmanager.answer(exchange, 307, "");
    });
    String said = problem(wire(server.url()).post(BODY));
    assertTrue(said.contains("leads to http://elsewhere/"), said);
    assertTrue(said.contains("not followed"), said);
    assertEquals(1, server.requests().size());
  }

  @Test
  void whatTheServerSaysIsShownHarmlessAndShort() {
    String loud = "\u001b[31mno\n" + "x".repeat(10_000);
    server.behave((exchange, _) -> FakeAlertmanager.answer(exchange, 500, loud));
    String said = problem(wire(server.url()).post(BODY));
    assertTrue(said.contains("\\u001B[31mno\\nxxx"), said);
    assertTrue(said.length() < 300, said);
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    AtomicLong written = new AtomicLong();
    AtomicBoolean broken = new AtomicBoolean();
    server.behave((exchange, _) -> {
      exchange.sendResponseHeaders(200, 0);
      stream(exchange.getResponseBody(), written, broken);
    });
    String said = problem(wire(server.url()).post(BODY));
    assertTrue(said.startsWith("it answers with more than 65536 bytes"), said);
    Await.until("the connection is closed", Duration.ofSeconds(5), broken::get);
    assertTrue(written.get() < 64 << 20, () -> written + " bytes were written");
  }

  private static void stream(OutputStream out, AtomicLong written, AtomicBoolean broken) {
    byte[] chunk = new byte[1 << 16];
    try {
      while (true) {
        out.write(chunk);
        written.addAndGet(chunk.length);
      }
    } catch (IOException _) {
      broken.set(true);
    }
  }

  @Test
  void anAnswerThatDripsIsWaitedForNoLongerThanAnyOther() {
    AtomicBoolean broken = new AtomicBoolean();
    server.behave((exchange, _) -> {
      exchange.sendResponseHeaders(200, 0);
      drip(exchange.getResponseBody(), broken);
    });
    Duration took = timed("no answer within 1000 ms", server.url());
    assertTrue(took.compareTo(TIMEOUT.multipliedBy(3)) < 0, took::toString);
    Await.until("the connection is closed", Duration.ofSeconds(5), broken::get);
  }

  private static void drip(OutputStream out, AtomicBoolean broken) {
    try {
      for (int i = 0; i < 1000; i++) {
        out.write('.');
        out.flush();
        Thread.sleep(50);
      }
    } catch (IOException _) {
      broken.set(true);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneThatNeverAnswersIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      timed("no answer within 1000 ms", uri(silent));
    }
  }

  @Test
  void oneThatNeverAcceptsIsGivenUp() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> queue = fill(full);
      timed("it can't be reached: no connection comes about in time", uri(full));
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  /** The kernel drops what comes once the queue of those that nobody accepts is full. */
  private static List<Socket> fill(ServerSocket server) throws IOException {
    List<Socket> queue = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Socket socket = new Socket();
      queue.add(socket);
      try {
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
      } catch (SocketTimeoutException _) {
        return queue;
      }
    }
    throw new AssertionError("the queue has no end");
  }

  @Test
  void oneThatIsNotThereIsToldSo() throws Exception {
    URI nobody;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = uri(gone);
    }
    assertEquals(
        new Answer.Failed("it can't be reached: the connection is refused", false),
        wire(nobody).post(BODY));
    assertEquals(
        new Answer.Failed("its host name can't be resolved", false),
        wire(URI.create("http://nowhere.invalid:9093")).post(BODY));
  }

  @Test
  void oneThatHangsUpIsToldSo() throws Exception {
    try (ServerSocket rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> hangUp(rude));
      String said = problem(wire(uri(rude)).post(BODY));
      assertTrue(said.startsWith("the connection broke: "), said);
    }
  }

  private static void hangUp(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  @Test
  void aNewPasswordCountsAtOnce(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("password");
    Wire wire =
        new HttpWire(
            client,
            server.url(),
            new Credentials(Optional.of(new BasicAuth("bilge", file))),
            TIMEOUT);
    Files.writeString(file, "öld: one\n");
    wire.post(BODY);
    Files.writeString(file, "new\r\n");
    wire.post(BODY);
    Files.delete(file);
    Answer without = wire.post(BODY);
    assertEquals(
        List.of("Basic YmlsZ2U6w7ZsZDogb25l", "Basic YmlsZ2U6bmV3"),
        server.requests().stream().map(r -> r.authorization().orElse("")).toList());
    assertEquals(
        "alertmanager.basic-auth.password-file: %s: there is no such file; create it or correct the path"
            .formatted(file),
        problem(without));
  }

  private Duration timed(String expected, URI url) {
    long began = System.nanoTime();
    assertEquals(expected, problem(wire(url).post(BODY)));
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private HttpWire wire(URI url) {
    return new HttpWire(client, url, NOBODY, TIMEOUT);
  }

  private static String problem(Answer answer) {
    return answer.problem().orElse("none");
  }

  private static URI uri(ServerSocket socket) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }
}
