package io.bilgewatch.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.config.WebConfig.ClientAuth;
import io.bilgewatch.agent.config.WebConfig.Pem;
import io.bilgewatch.agent.config.WebConfig.RateLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebConfigFileTest {
  private static final Path FILE = Path.of("/etc/bilgewatch/web.yml");
  private static final String HASH = "$2y$10$Zbcdefghijklmnopqrstuu3/MwAfTPRJ.mcdUWjqQizVVol041FiK";
  private static final String PAIR = "tls_server_config: {cert_file: a.pem, key_file: a.key";

  @Test
  void allThatThereIs() throws ConfigurationException {
    WebConfig read =
        parse(
            """
            tls_server_config:
              cert_file: server.pem
              key_file: /run/keys/server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.pem
              client_allowed_sans: [prometheus.example, 10.0.0.7]
              min_version: TLS12
              max_version: TLS13
              cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
              prefer_server_cipher_suites: false
              curve_preferences: [X25519, CurveP256]
            http_server_config:
              http2: false
              headers:
                Strict-Transport-Security: max-age=3600
                X-Frame-Options: deny
                Content-Security-Policy:
            basic_auth_users:
              prometheus: %s
            rate_limit:
              interval: 100ms
              burst: 20
            """
                .formatted(HASH));
    WebConfig.Tls tls = read.tls().orElseThrow();
    assertEquals(new Pem.InFile(Path.of("/etc/bilgewatch/server.pem")), tls.cert());
    assertEquals(new Pem.InFile(Path.of("/run/keys/server.key")), tls.key());
    assertEquals(ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT, tls.clientAuth());
    assertEquals(Optional.of(new Pem.InFile(Path.of("/etc/bilgewatch/ca.pem"))), tls.clientCa());
    assertEquals(List.of("prometheus.example", "10.0.0.7"), tls.allowedSans());
    assertEquals(List.of("TLSv1.2", "TLSv1.3"), tls.protocols());
    assertEquals(List.of("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"), tls.cipherSuites());
    assertFalse(tls.ownPreference());
    assertEquals(List.of("x25519", "secp256r1"), tls.curves());
    assertEquals(
        Map.of("Strict-Transport-Security", "max-age=3600", "X-Frame-Options", "deny"),
        read.headers());
    assertEquals(10, read.users().get("prometheus").cost());
    assertEquals(Optional.of(new RateLimit(Duration.ofMillis(100), 20)), read.rateLimit());
    assertEquals(3, read.files().size());
    assertFalse(read.toString().contains(HASH), "a hash is told to nobody");
  }

  @Test
  void whatIsNotThereHasItsDefault() throws ConfigurationException {
    assertEquals(WebConfig.OPEN, parse("http_server_config:\nrate_limit: {interval: 0s}\n"));
    WebConfig.Tls tls = parse(PAIR + "}").tls().orElseThrow();
    assertEquals(List.of("TLSv1.2", "TLSv1.3"), tls.protocols());
    assertEquals(ClientAuth.NO_CLIENT_CERT, tls.clientAuth());
    assertEquals(List.of("TLSv1.3"), parse(PAIR + ", min_version: TLS13}").tls().get().protocols());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls_server_confg: {}              | unknown key \"tls_server_confg\"; did you mean \"tls_server_config\"?",
        "tls_server_config: {cert_file: a} | tls_server_config: expects cert_file and key_file, in PEM",
        "tls_server_config: true           | tls_server_config expects keys with values, found a single value",
        "PAIR, cert: x}                    | tls_server_config: cert and cert_file say the same: remove one",
        "PAIR, min_version: TLS11}         | min_version: TLS below 1.2 is not spoken here; TLS12 is the oldest",
        "PAIR, min_version: SSL3}          | min_version expects one of TLS12, TLS13",
        "PAIR, min_version: TLS13, max_version: TLS12} | tls_server_config: max_version is older than min_version",
        "PAIR, client_auth_type: Maybe}    | client_auth_type expects one of NoClientCert, RequestClientCert, RequireAndVerifyClientCert, RequireAnyClientCert, VerifyClientCertIfGiven",
        "PAIR, client_auth_type: RequireAndVerifyClientCert} | tls_server_config: client_auth_type RequireAndVerifyClientCert expects client_ca_file: whom clients must be signed by",
        "PAIR, client_ca_file: ca.pem}     | tls_server_config: client_ca_file has no effect without client_auth_type RequireAndVerifyClientCert",
        "PAIR, client_allowed_sans: [a]}   | tls_server_config: client_allowed_sans keeps nobody out without client_auth_type RequireAndVerifyClientCert",
        "PAIR, client_auth_type: RequireAnyClientCert, client_allowed_sans: [a]} | tls_server_config: client_allowed_sans keeps nobody out without client_auth_type RequireAndVerifyClientCert",
        "PAIR, client_allowed_sans: a}     | client_allowed_sans expects a list of single values",
        "PAIR, curve_preferences: [Brain]} | curve_preferences expects one of CurveP256, CurveP384, CurveP521, X25519",
        "PAIR, prefer_server_cipher_suites: perhaps} | prefer_server_cipher_suites expects one of false, true",
        "http_server_config: {headers: {X-Frame-Options: no}} | X-Frame-Options expects deny or sameorigin",
        "http_server_config: {headers: {Server: x}} | unknown key \"Server\"",
        "http_server_config: {headers: {X-XSS-Protection: \"a\\r\\nSet-Cookie: b\"}} | X-XSS-Protection expects one line of ASCII",
        "basic_auth_users: {a: secret}     | a password is given as its bcrypt hash; htpasswd -nBC 10 \"\" makes one",
        "basic_auth_users: {'a:b': HASH}   | a user's name must not be empty, and has no colon",
        "basic_auth_users: {a: HASH, a: HASH} | \"a\" is there twice, first in line 1",
        "basic_auth_users: {a: COSTLY}     | the cost of a hash must be 4 to 14, since whoever asks makes us compute it; htpasswd -nBC 10 \"\" makes one",
        "basic_auth_users: {a: }           | a password is given as its bcrypt hash; htpasswd -nBC 10 \"\" makes one",
        "basic_auth_users: {}              | basic_auth_users is empty, and would let everybody in: fill it or remove it",
        "basic_auth_users:                 | basic_auth_users is empty, and would let everybody in: fill it or remove it",
        "tls_server_config:                | tls_server_config is empty, and would let everybody in: fill it or remove it",
        "rate_limit: {interval: soon}      | interval expects a duration with its unit (ms, s, m, h), 0s to 1h",
        "rate_limit: {interval: 1s, burst: 0} | burst expects a whole number, 1 to 1000000",
        "[tls]                             | expects keys with values, found a list of other than single values",
      })
  void whatIsWrongIsSaidWithItsLine(String text, String expected) {
    String file =
        text.replace("PAIR", PAIR)
            .replace("COSTLY", HASH.replace("$10$", "$15$"))
            .replace("HASH", HASH);
    ConfigurationException wrong = assertThrows(ConfigurationException.class, () -> parse(file));
    assertEquals(FILE + ":1: " + expected, wrong.getMessage());
  }

  @Test
  void whatIsNotYamlAndWhatIsNotThere() {
    assertThrows(ConfigurationException.class, () -> parse("a: [b"));
    for (String empty : List.of("", "# nothing yet\n", "{}")) {
      ConfigurationException wrong = assertThrows(ConfigurationException.class, () -> parse(empty));
      assertTrue(wrong.getMessage().contains("would let everybody in"), wrong::getMessage);
    }
    assertThrows(
        ConfigurationException.class,
        () -> parse("tls_server_config: {cert_file: \"a\\0b\", key_file: x}"));
    ConfigurationException missing =
        assertThrows(
            ConfigurationException.class, () -> WebConfigFile.read(Path.of("/nowhere/web.yml")));
    assertEquals("/nowhere/web.yml: there is no such file", missing.getMessage());
  }

  private static WebConfig parse(String text) throws ConfigurationException {
    return WebConfigFile.parse(FILE, text);
  }
}
