package io.bilgewatch.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.ListenAddress;
import io.bilgewatch.agent.guard.Guard;
import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.push.Certificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server with a web configuration, asked by openssl and curl. */
class HttpServerGuardTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Of "correct horse", by crypt(3), as dear as htpasswd -C 8 makes it. */
  private static final String HASH = "$2y$08$abcdefghijklmnopqrstuubAvJmxpQuyV3jn7x.SUSPxe.DearCPe";

  /** Of the same, sixteen times cheaper. */
  private static final String CHEAP =
      "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";

  private static final String PAIR =
      "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";

  @TempDir private static Path files;

  private final Random random = new Random(4);

  @BeforeAll
  static void makeCertificates() {
    Certificates.authority(files, "ca");
    Certificates.authority(files, "other-ca");
    Certificates.signed(files, "ca", "server", "IP:127.0.0.1");
    Certificates.signed(files, "ca", "prometheus", "DNS:prometheus.example");
    Certificates.signed(files, "ca", "somebody", "DNS:somebody.example");
    Certificates.signed(files, "other-ca", "stranger", "DNS:prometheus.example");
  }

  @ParameterizedTest
  @CsvSource({
    "-tls1,   'ALL:@SECLEVEL=0',                false",
    "-tls1_1, 'ALL:@SECLEVEL=0',                false",
    "-tls1_2, 'ALL:@SECLEVEL=0',                true",
    "-tls1_2, 'AES128-SHA:@SECLEVEL=0',         false",
    "-tls1_2, 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0', false",
    "-tls1_2, 'aNULL:@SECLEVEL=0',              false",
    "-tls1_2, 'ECDHE-RSA-AES128-GCM-SHA256',    true",
    "-tls1_2, 'ECDHE-RSA-CHACHA20-POLY1305',    true",
    "-tls1_3, 'ALL',                            true",
  })
  void onlyWhatIsSafeIsSpoken(String version, String ciphers, boolean spoken) throws Exception {
    try (TestServer test = serving("tls.yml", PAIR)) {
      String said =
          run(
              "GET / HTTP/1.0\r\n\r\n",
              "openssl",
              "s_client",
              "-quiet",
              "-connect",
              "127.0.0.1:" + test.port(),
              version,
              "-cipher",
              ciphers,
              "-CAfile",
              files.resolve("ca.pem").toString(),
              "-verify_return_error");
      assertEquals(spoken, said.contains("200 OK"), said);
      assertEquals(!spoken, said.contains(" alert "), said);
    }
  }

  @Test
  void whatIsNotTlsIsNotAnswered() throws Exception {
    try (TestServer test = serving("tls.yml", PAIR)) {
      String heard = test.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertFalse(heard.contains("HTTP/"), heard);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "prometheus, 200",
    "somebody, 000",
    "stranger, 000",
    ", 000",
  })
  void aClientShowsACertificateThatIsSignedAndForIt(String name, String status) throws Exception {
    String asked =
        PAIR
            + "  client_auth_type: RequireAndVerifyClientCert\n"
            + "  client_ca_file: ca.pem\n"
            + "  client_allowed_sans: [prometheus.example]\n";
    try (TestServer test = serving("clients.yml", asked)) {
      List<String> shown =
          name == null
              ? List.of()
              : List.of("--cert", file(name + ".pem"), "--key", file(name + ".key"));
      assertEquals(status, curl(test, shown));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RequestClientCert,       stranger, 200",
    "RequestClientCert,       ,         200",
    "RequireAnyClientCert,    stranger, 200",
    "RequireAnyClientCert,    ,         000",
    "VerifyClientCertIfGiven, somebody, 200",
    "VerifyClientCertIfGiven, stranger, 000",
    "VerifyClientCertIfGiven, ,         200",
  })
  void orIsAskedForOneInAnotherWay(String type, String name, String status) throws Exception {
    String asked =
        PAIR
            + "  client_auth_type: %s\n".formatted(type)
            + (type.startsWith("Verify") ? "  client_ca_file: ca.pem\n" : "");
    try (TestServer test = serving("asked.yml", asked)) {
      List<String> shown =
          name == null
              ? List.of()
              : List.of("--cert", file(name + ".pem"), "--key", file(name + ".key"));
      assertEquals(status, curl(test, shown));
    }
  }

  @Test
  void aNewCertificateNeedsNoRestart() throws Exception {
    Files.copy(files.resolve("server.pem"), files.resolve("turning.pem"));
    Files.copy(files.resolve("server.key"), files.resolve("turning.key"));
    String config = "tls_server_config: {cert_file: turning.pem, key_file: turning.key}\n";
    try (TestServer test = serving("turning.yml", config)) {
      assertEquals("200", curl(test, List.of()));
      Certificates.signed(files, "other-ca", "turning", "IP:127.0.0.1");
      Await.until(
          "the new one",
          SOON,
          () -> curl(test, List.of("--cacert", file("other-ca.pem"))).equals("200"));
    }
  }

  @Test
  void longAnswersAndManyOfThemComeWholeThroughTls() throws Exception {
    try (TestServer test = serving("tls.yml", PAIR)) {
      String url = "https://127.0.0.1:%d/large".formatted(test.port());
      String said =
          run(
              "",
              "curl",
              "--silent",
              "--cacert",
              file("ca.pem"),
              "--output",
              "/dev/null",
              "--output",
              "/dev/null",
              "--write-out",
              "%{http_code} %{size_download} %{num_connects}\n",
              url,
              url);
      assertEquals("200 3000000 1\n200 3000000 0\n", said);
    }
  }

  @Test
  void whoHasNoNameOrAWrongPasswordIsAskedAgain() throws Exception {
    try (TestServer test = serving("users.yml", users())) {
      for (String path : new String[] {"/", "/nothing"}) {
        var unknown = test.get(path);
        assertEquals(401, unknown.statusCode());
        assertEquals(
            "Basic realm=\"Bilgewatch\", charset=\"UTF-8\"",
            unknown.headers().firstValue("WWW-Authenticate").orElseThrow());
        assertEquals(401, test.get(path, "Authorization", basic("prometheus:wrong")).statusCode());
        assertEquals(401, test.get(path, "Authorization", basic("nobody:x")).statusCode());
      }
      String right = basic("prometheus:correct horse");
      assertEquals(200, test.get("/", "Authorization", right).statusCode());
      assertEquals(404, test.get("/nothing", "Authorization", right).statusCode());
    }
  }

  /** Each wrong one takes a slot: whoever measures finds the same for names and passwords. */
  @Test
  void nobodyLearnsFromTheTimeThatItTakes() throws Exception {
    try (TestServer test = serving("users.yml", users())) {
      test.get("/", "Authorization", basic("prometheus:correct horse"));
      Map<String, List<Long>> took = new TreeMap<>();
      for (int i = 0; i < 11; i++) {
        for (String user : List.of("nobody" + i, "prometheus", "cheap")) {
          String who = user.startsWith("nobody") ? "nobody" : user;
          took.computeIfAbsent(who, _ -> new ArrayList<>())
              .add(millis(test, "%s:wrong%d".formatted(user, i)));
        }
      }
      List<Long> medians =
          took.values().stream().map(all -> all.stream().sorted().toList().get(5)).toList();
      assertTrue(Collections.max(medians) - Collections.min(medians) <= 15, took::toString);
    }
  }

  @Test
  void whoGuessesDoesNotKeepOutWhoIsKnown() throws Exception {
    try (TestServer test = serving("users.yml", users())) {
      String right = basic("prometheus:correct horse");
      assertEquals(200, test.get("/", "Authorization", right).statusCode());
      List<Socket> guessing = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Socket socket = test.socket();
        guessing.add(socket);
        TestServer.say(
            socket,
            "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n"
                .formatted(basic("prometheus:guess" + i)));
      }
      long began = System.nanoTime();
      assertEquals(200, test.get("/", "Authorization", right).statusCode());
      assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(1));
      assertEquals(429, test.get("/", "Authorization", basic("prometheus:x")).statusCode());
      for (Socket socket : guessing) {
        socket.close();
      }
    }
  }

  @Test
  void whoIsNotServedKeepsNoPlace() throws Exception {
    try (TestServer test = serving("users.yml", users())) {
      String heard = test.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
      assertTrue(heard.startsWith("HTTP/1.1 401 "), heard);
      assertTrue(heard.contains("connection: close") || heard.contains("Connection: close"), heard);
    }
  }

  @Test
  void connectionsOfTheOldRulesEndWhenThereAreNewOnes() throws Exception {
    try (TestServer test = serving("old.yml", "rate_limit: {interval: 1ms, burst: 1000}\n");
        Socket old = test.socket()) {
      TestServer.say(old, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertTrue(old.getInputStream().read() > 0);
      Files.writeString(
          files.resolve("old.yml"), "rate_limit: {interval: 1ms, burst: 1000}\n" + users());
      String heard = TestServer.hear(old);
      assertTrue(heard.contains("200 OK"), heard);
      assertEquals(401, test.get("/").statusCode());
    }
  }

  @Test
  void moreThanTheRateAreToldSo() throws Exception {
    try (TestServer test = serving("rate.yml", "rate_limit: {interval: 1h, burst: 3}\n")) {
      for (int i = 0; i < 3; i++) {
        assertEquals(200, test.get("/").statusCode());
      }
      var refused = test.get("/");
      assertEquals(429, refused.statusCode());
      assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
    }
  }

  @Test
  void headersAreOfEveryAnswer() throws Exception {
    String config = "http_server_config: {headers: {X-Frame-Options: deny}}\n";
    try (TestServer test = serving("headers.yml", config)) {
      for (String path : new String[] {"/", "/nothing"}) {
        assertEquals(List.of("deny"), test.get(path).headers().allValues("X-Frame-Options"), path);
      }
    }
  }

  /** By plain bytes, and by what somebody says behind a handshake that went well. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tenThousandMalformedRequestsLeaveItAnswering(boolean tls) throws Exception {
    try (TestServer test = serving("fuzz.yml", tls ? PAIR : "rate_limit: {interval: 0s}\n")) {
      for (int i = 0; i < 10_000; i++) {
        try (Socket socket = test.socket()) {
          socket.getOutputStream().write(malformed());
          if (i % 10 == 0) {
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
          }
        } catch (SocketTimeoutException e) {
          throw e;
        } catch (IOException _) {
          // It was shown the door in the middle of a sentence.
        }
      }
      assertEquals("200", tls ? curl(test, List.of()) : "" + test.get("/").statusCode());
    }
  }

  /** A request or a record of TLS with some of its bytes changed, left out or added. */
  private byte[] malformed() {
    byte[] base =
        random.nextBoolean()
            ? "GET /metrics?a=%41 HTTP/1.1\r\nHost: x\r\nAccept: text/plain;q=0.5\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII)
            : HELLO.clone();
    for (int i = random.nextInt(8); i > 0; i--) {
      base[random.nextInt(base.length)] = (byte) random.nextInt(256);
    }
    byte[] cut = Arrays.copyOf(base, 1 + random.nextInt(base.length * 2));
    if (cut.length > base.length) {
      for (int i = base.length; i < cut.length; i++) {
        cut[i] = (byte) random.nextInt(256);
      }
    }
    return cut;
  }

  /** How a client begins: a record of a handshake with a message of 47 bytes. */
  private static final byte[] HELLO = hello();

  private static byte[] hello() {
    byte[] hello = new byte[52];
    byte[] begin = {22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3};
    System.arraycopy(begin, 0, hello, 0, begin.length);
    hello[45] = 2;
    hello[46] = (byte) 0xc0;
    hello[47] = 0x2f;
    hello[48] = 1;
    return hello;
  }

  /** More than are served at once: some say nothing, some a byte now and then. */
  @Test
  void aThousandSlowConnectionsAreShownTheDoor() throws Exception {
    Limits standard = Limits.standard();
    Limits limits =
        new Limits(
            standard.lineBytes(),
            standard.headerBytes(),
            standard.connections(),
            standard.answerBytes(),
            Duration.ofSeconds(2),
            standard.idleTime(),
            standard.sendTime(),
            standard.queueTime(),
            standard.answerTime(),
            standard.stopTime());
    try (TestServer test = new TestServer(routes(), limits, guard("slow.yml", PAIR))) {
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        Socket socket = test.socket();
        slow.add(socket);
        if (i % 2 == 0) {
          trySay(socket, 22);
        }
      }
      for (int i = 0; i < 8; i++) {
        Thread.sleep(500);
        slow.forEach(socket -> trySay(socket, 3));
      }
      assertEquals("200", curl(test, List.of()));
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static void trySay(Socket socket, int oneByte) {
    try {
      socket.getOutputStream().write(oneByte);
    } catch (IOException _) {
      // It was shown the door.
    }
  }

  @Test
  void whoListensWiderIsWarnedUntilNobodyUnknownIsServedAndNothingIsRead() throws Exception {
    String both = PAIR + users();
    String free = "rate_limit: {interval: 0s}\n";
    assertTrue(warning("0.0.0.0:0", free).contains("to everybody"));
    assertTrue(warning("0.0.0.0:0", PAIR).contains("to everybody"));
    assertTrue(warning("0.0.0.0:0", users()).contains("without TLS"));
    assertEquals("", warning("0.0.0.0:0", both));
    assertEquals("", warning("127.0.0.1:0", free));
  }

  private static String warning(String address, String config) throws Exception {
    try (HttpServer server =
        HttpServer.start(
            ListenAddress.parse(address),
            new Routes(routes()),
            Limits.standard(),
            guard("warned.yml", config))) {
      return server.warning().orElse("");
    }
  }

  @Test
  void whatCanNotBeUsedIsSaidBeforeItListens() {
    assertThrows(Exception.class, () -> serving("wrong.yml", "tls_server_config: {cert_file: x}"));
  }

  private static long millis(TestServer test, String both) throws Exception {
    long began = System.nanoTime();
    assertEquals(401, test.get("/", "Authorization", basic(both)).statusCode());
    return (System.nanoTime() - began) / 1_000_000;
  }

  private static String users() {
    return "basic_auth_users:\n  prometheus: %s\n  cheap: %s\n".formatted(HASH, CHEAP);
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Route> routes() {
    return Map.of(
        "/",
        _ -> Response.text(200, "root"),
        "/large",
        _ -> Response.json(200, out -> out.write(new byte[3_000_000])));
  }

  private static TestServer serving(String name, String config) throws Exception {
    return new TestServer(routes(), Limits.standard(), guard(name, config));
  }

  private static Guard guard(String name, String config) throws Exception {
    return Guard.of(Files.writeString(files.resolve(name), config));
  }

  /** The status that curl has got; 000 where there was none. */
  private static String curl(TestServer test, List<String> options) {
    List<String> command =
        new ArrayList<>(
            List.of("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"));
    if (!options.contains("--cacert")) {
      command.addAll(List.of("--cacert", file("ca.pem")));
    }
    command.addAll(options);
    command.add("https://127.0.0.1:" + test.port() + "/");
    return run("", command.toArray(String[]::new));
  }

  private static String file(String name) {
    return files.resolve(name).toString();
  }

  private static String run(String input, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
      if (input.isEmpty()) {
        process.getOutputStream().close();
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
