package io.bilgewatch.agent.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.it.Await;
import io.bilgewatch.agent.push.Certificates;
import io.bilgewatch.agent.push.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read again, and what must not be. */
class GuardTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration SEVERAL_LOOKS = Duration.ofMillis(3_500);
  private static final String HASH = "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
  private static final String USERS = "basic_auth_users: {a: %s}\n".formatted(HASH);

  @TempDir private static Path files;

  @BeforeAll
  static void makeCertificates() {
    Certificates.authority(files, "ca");
    Certificates.signed(files, "ca", "one", "IP:127.0.0.1");
    Certificates.signed(files, "ca", "two", "IP:127.0.0.1");
  }

  @Test
  void aNewUserNeedsNoRestart() throws Exception {
    Path file = write("users.yml", USERS);
    try (Guard guard = Guard.of(file)) {
      assertEquals(Verdict.ADMITTED, ask(guard, "a"));
      assertEquals(Verdict.UNKNOWN, ask(guard, "b"));
      write("users.yml", "basic_auth_users: {b: %s}\n".formatted(HASH));
      Await.until("b is known", SOON, () -> ask(guard, "b") == Verdict.ADMITTED);
      assertEquals(Verdict.UNKNOWN, ask(guard, "a"));
    }
  }

  @Test
  void wrongPasswordsAreInTheLogOnceAMinuteAndNoNameIs() throws Exception {
    try (LogLines lines = new LogLines(WrongPasswords.class);
        Guard guard = Guard.of(write("log.yml", USERS))) {
      for (int i = 0; i < 3; i++) {
        ask(guard, "tyrannosaurus");
      }
      assertEquals(
          List.of("WARN a wrong name or password was given 1 times, last from 192.0.2.7"),
          lines.all());
    }
  }

  @Test
  void whatIsEmptyBrokenOrAsksForLessChangesNothing() throws Exception {
    Path file = write("less.yml", USERS);
    try (Guard guard = Guard.of(file)) {
      for (String text : new String[] {"", "basic_auth_users: {a: b}", "rate_limit: {}", "a: [b"}) {
        write("less.yml", text);
        Thread.sleep(SEVERAL_LOOKS);
        assertEquals(Verdict.UNKNOWN, ask(guard, "nobody"), text);
        assertEquals(Verdict.ADMITTED, ask(guard, "a"), text);
      }
      Files.delete(file);
      Thread.sleep(SEVERAL_LOOKS);
      assertEquals(Verdict.UNKNOWN, ask(guard, "nobody"));
      write("less.yml", "basic_auth_users: {b: %s}\n".formatted(HASH));
      Await.until("b is known", SOON, () -> ask(guard, "b") == Verdict.ADMITTED);
    }
  }

  @Test
  void aServerWithTlsBecomesNoPlainOne() throws Exception {
    Path file = write("tls.yml", tls("one", "one"));
    try (Guard guard = Guard.of(file)) {
      assertTrue(guard.isEncrypted());
      write("tls.yml", USERS);
      Thread.sleep(SEVERAL_LOOKS);
      assertTrue(guard.isEncrypted());
      assertFalse(guard.isClosed());
    }
  }

  @Test
  void aKeyIsOfItsCertificateAndIsOne() throws Exception {
    assertWrong(
        tls("one", "two"),
        "key_file: %s/two.key is not the key of the certificate in cert_file: %s/one.pem"
            .formatted(files, files));
    assertWrong(
        tls("one", "none"),
        "key_file: %s/none.key: there is no such file; create it or correct the path"
            .formatted(files));
    String cipher = tls("one", "one").replace("}", ", cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}");
    ConfigurationException wrong = wrong(cipher);
    assertTrue(
        wrong.getMessage().contains("cipher_suites: TLS_RSA_WITH_RC4_128_SHA is unknown"),
        wrong::getMessage);
  }

  @Test
  void aCertificateInTheFileItself() throws Exception {
    Path file =
        write(
            "inline.yml",
            "tls_server_config:\n  cert: |\n%s  key: |\n%s"
                .formatted(indented("one.pem"), indented("one.key")));
    try (Guard guard = Guard.of(file)) {
      assertTrue(guard.engine().isPresent());
    }
  }

  private static String indented(String name) throws IOException {
    return Files.readString(files.resolve(name)).indent(4);
  }

  private static void assertWrong(String text, String expected) throws IOException {
    ConfigurationException wrong = wrong(text);
    assertEquals(files.resolve("wrong.yml") + ": " + expected, wrong.getMessage());
  }

  private static ConfigurationException wrong(String text) throws IOException {
    Path file = write("wrong.yml", text);
    return assertThrows(ConfigurationException.class, () -> Guard.check(file));
  }

  private static String tls(String cert, String key) {
    return "tls_server_config: {cert_file: %s.pem, key_file: %s.key}\n".formatted(cert, key);
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(files.resolve(name), text);
  }

  private static Verdict ask(Guard guard, String user) {
    CompletableFuture<Verdict> told = new CompletableFuture<>();
    byte[] both = (user + ":correct horse").getBytes(StandardCharsets.UTF_8);
    guard.admit(
        "Basic " + Base64.getEncoder().encodeToString(both),
        "192.0.2.7",
        () -> true,
        told::complete);
    return told.join();
  }
}
