package io.bilgewatch.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.Alertmanager;
import io.bilgewatch.agent.config.Alertmanager.ClientCertificate;
import io.bilgewatch.agent.config.Alertmanager.Tls;
import io.bilgewatch.agent.push.Wire.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that openssl makes, as an operator does. */
class TlsTest {
  private static final byte[] NOTHING = {'[', ']'};
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir private static Path files;

  @BeforeAll
  static void makeCertificates() {
    Certificates.authority(files, "ca");
    Certificates.authority(files, "other-ca");
    Certificates.signed(files, "ca", "server", "IP:127.0.0.1");
    Certificates.signed(files, "ca", "elsewhere", "DNS:elsewhere.example");
    Certificates.signed(files, "ca", "agent", "DNS:agent.example");
  }

  @Test
  void oneThatTheAuthoritySignedIsTrusted() throws Exception {
    assertEquals("Taken[]", answer("server", false, trusting("ca")));
  }

  @Test
  void oneThatAnotherSignedIsNot() throws Exception {
    String untrusted =
        "Failed[reason=its certificate is signed by nobody that we trust; name who signed it in"
            + " alertmanager.tls.ca-file, arrived=false]";
    assertEquals(untrusted, answer("server", false, trusting("other-ca")));
    assertEquals(untrusted, answer("server", false, new Tls(Optional.empty(), Optional.empty())));
  }

  @Test
  void oneForAnotherNameIsNot() throws Exception {
    String said = answer("elsewhere", false, trusting("ca"));
    assertTrue(said.startsWith("Failed[reason=its certificate is for another name ("), said);
  }

  @Test
  void aServerThatAsksWhoWeAreIsTold() throws Exception {
    Tls known =
        new Tls(
            Optional.of(files.resolve("ca.pem")),
            Optional.of(
                new ClientCertificate(files.resolve("agent.pem"), files.resolve("agent.key"))));
    assertEquals("Taken[]", answer("server", true, known));
    String unknown = answer("server", true, trusting("ca"));
    assertTrue(unknown.startsWith("Failed[reason="), unknown);
  }

  @Test
  void filesThatCanNotBeUsedAreToldAtTheStart() throws Exception {
    Path nothing = Files.writeString(files.resolve("nothing.pem"), "");
    Path text = Files.writeString(files.resolve("text.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
    Path absent = files.resolve("absent.pem");
    assertEquals(
        "alertmanager.tls.ca-file: %s: there is no such file; create it or correct the path"
            .formatted(absent),
        refusal(new Tls(Optional.of(absent), Optional.empty())));
    assertEquals(
        "alertmanager.tls.ca-file: %s has no certificate in it".formatted(nothing),
        refusal(new Tls(Optional.of(nothing), Optional.empty())));
    String malformed = refusal(new Tls(Optional.of(text), Optional.empty()));
    assertTrue(malformed.contains("text.pem holds no certificates in PEM"), malformed);
    String old = refusal(certificate("agent.pem", Certificates.oldForm(files, "agent")));
    assertTrue(old.contains("openssl pkcs8 -topk8 -nocrypt"), old);
    String none = refusal(certificate("agent.pem", nothing));
    assertTrue(none.endsWith("nothing.pem has no private key in it"), none);
    String gone = refusal(certificate("agent.pem", absent));
    assertTrue(gone.startsWith("alertmanager.tls.key-file: "), gone);
  }

  @Test
  void aPasswordFileThatIsNotThereIsToldAtTheStart() {
    Path absent = files.resolve("no-password");
    Alertmanager settings =
        new Alertmanager(
            List.of(),
            Optional.empty(),
            List.of(),
            TIMEOUT,
            Duration.ZERO,
            TIMEOUT,
            Optional.of(new Alertmanager.BasicAuth("me", absent)),
            new Tls(Optional.empty(), Optional.empty()));
    String said =
        assertThrows(
                IOException.class,
                () -> AlertmanagerPush.start(settings, "a:1", Links.toAgent("a:1", false)))
            .getMessage();
    assertTrue(said.startsWith("alertmanager.basic-auth.password-file: " + absent), said);
  }

  private static Tls certificate(String cert, Path key) {
    return new Tls(Optional.empty(), Optional.of(new ClientCertificate(files.resolve(cert), key)));
  }

  private static String refusal(Tls tls) {
    return assertThrows(IOException.class, () -> TlsContext.of(tls)).getMessage();
  }

  private static Tls trusting(String authority) {
    return new Tls(Optional.of(files.resolve(authority + ".pem")), Optional.empty());
  }

  private static String answer(String certificate, boolean asksWho, Tls ours) throws Exception {
    SSLContext theirs =
        TlsContext.of(
            new Tls(
                Optional.of(files.resolve("ca.pem")),
                Optional.of(
                    new ClientCertificate(
                        files.resolve(certificate + ".pem"),
                        files.resolve(certificate + ".key")))));
    try (FakeAlertmanager server = new FakeAlertmanager(theirs, asksWho);
        HttpClient client = client(ours)) {
      Answer answer =
          new HttpWire(client, server.url(), new Credentials(Optional.empty()), TIMEOUT)
              .post(NOTHING);
      client.shutdownNow();
      return answer.toString();
    }
  }

  private static HttpClient client(Tls tls) throws IOException {
    return AlertmanagerPush.client(TIMEOUT, TlsContext.of(tls), Runnable::run);
  }
}
