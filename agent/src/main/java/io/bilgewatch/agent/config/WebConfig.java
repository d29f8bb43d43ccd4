package io.bilgewatch.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a web configuration file says, in the schema that Prometheus and its exporters share
 * (exporter-toolkit, docs/web-configuration.md): who may ask, and how what is said is kept secret.
 *
 * @param tls empty: plain HTTP
 * @param headers of every answer, by name
 * @param users the bcrypt hash of each user's password; empty: nobody is asked for one
 * @param rateLimit empty: as many requests as come
 */
public record WebConfig(
    Optional<Tls> tls,
    Map<String, String> headers,
    Map<String, BcryptHash> users,
    Optional<RateLimit> rateLimit) {

  /** Nothing is asked of anybody. */
  public static final WebConfig OPEN =
      new WebConfig(Optional.empty(), Map.of(), Map.of(), Optional.empty());

  public WebConfig {
    headers = Map.copyOf(headers);
    users = Map.copyOf(users);
  }

  /** Certificates or a key, in PEM (RFC 7468). */
  public sealed interface Pem {

    record InFile(Path path) implements Pem {
      @Override
      public String toString() {
        return path.toString();
      }
    }

    /** In the web configuration file itself. */
    record Inline(String text) implements Pem {
      @Override
      public String toString() {
        return "what the file has";
      }
    }
  }

  /** As bcrypt writes it: {@code $2y$10$} and 53 characters. */
  public record BcryptHash(String text) {
    /** The binary logarithm of the rounds. */
    public int cost() {
      return Integer.parseInt(text.substring(4, 6));
    }

    @Override
    public String toString() {
      return "(hidden)";
    }
  }

  /** What a client must show, by its name in Go's crypto/tls. */
  public enum ClientAuth {
    NO_CLIENT_CERT("NoClientCert"),
    REQUEST_CLIENT_CERT("RequestClientCert"),
    REQUIRE_ANY_CLIENT_CERT("RequireAnyClientCert"),
    VERIFY_CLIENT_CERT_IF_GIVEN("VerifyClientCertIfGiven"),
    REQUIRE_AND_VERIFY_CLIENT_CERT("RequireAndVerifyClientCert");

    private final String label;

    ClientAuth(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /** Nobody is served without one. */
    public boolean isRequired() {
      return this == REQUIRE_ANY_CLIENT_CERT || this == REQUIRE_AND_VERIFY_CLIENT_CERT;
    }

    /** It must be signed by an authority that is trusted. */
    public boolean isVerified() {
      return this == VERIFY_CLIENT_CERT_IF_GIVEN || this == REQUIRE_AND_VERIFY_CLIENT_CERT;
    }
  }

  /**
   * @param clientCa whom those must be signed by who come; there where they are verified
   * @param allowedSans one of these a client's certificate must be for; empty: for anybody
   * @param protocols by their names in Java, such as {@code TLSv1.3}
   * @param cipherSuites of TLS 1.2, by the names of the registry; empty: good ones
   * @param ownPreference whether the order of the suites is ours or the client's
   * @param curves by their names in Java, in order of preference; empty: Java's own
   */
  public record Tls(
      Pem cert,
      Pem key,
      ClientAuth clientAuth,
      Optional<Pem> clientCa,
      List<String> allowedSans,
      List<String> protocols,
      List<String> cipherSuites,
      boolean ownPreference,
      List<String> curves) {
    public Tls {
      allowedSans = List.copyOf(allowedSans);
      protocols = List.copyOf(protocols);
      cipherSuites = List.copyOf(cipherSuites);
      curves = List.copyOf(curves);
    }
  }

  /**
   * A bucket of tokens, one for each request.
   *
   * @param interval in which one is added
   * @param burst how many it holds
   */
  public record RateLimit(Duration interval, int burst) {}

  /** The files that it names. */
  public List<Path> files() {
    return tls.stream()
        .flatMap(one -> Stream.concat(Stream.of(one.cert(), one.key()), one.clientCa().stream()))
        .filter(Pem.InFile.class::isInstance)
        .map(pem -> ((Pem.InFile) pem).path())
        .toList();
  }
}
