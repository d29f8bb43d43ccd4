package io.bilgewatch.agent.guard;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Problem;
import io.bilgewatch.agent.config.WebConfig;
import io.bilgewatch.agent.config.WebConfig.ClientAuth;
import io.bilgewatch.agent.config.WebConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A web configuration that is in force.
 *
 * @param stamps of the files that it was made of, from before they were read
 */
record Rules(
    WebConfig config,
    Optional<ServerTls> tls,
    Passwords passwords,
    Optional<TokenBucket> rate,
    List<Stamp> stamps) {

  static Rules open() {
    return new Rules(WebConfig.OPEN, Optional.empty(), Passwords.NONE, Optional.empty(), List.of());
  }

  /**
   * @throws ConfigurationException with everything that is wrong
   */
  static Rules read(Path file) throws ConfigurationException {
    return read(file, open());
  }

  /**
   * @param before whose users are still known where their passwords are the same
   */
  static Rules read(Path file, Rules before) throws ConfigurationException {
    List<Stamp> stamps = new ArrayList<>();
    stamps.add(Stamp.of(file));
    WebConfig config = WebConfigFile.read(file);
    config.files().forEach(named -> stamps.add(Stamp.of(named)));
    return new Rules(
        config,
        tls(file, config),
        new Passwords(config.users(), before.passwords),
        config.rateLimit().map(limit -> new TokenBucket(limit, System.nanoTime())),
        List.copyOf(stamps));
  }

  private static Optional<ServerTls> tls(Path file, WebConfig config)
      throws ConfigurationException {
    try {
      return config.tls().isEmpty()
          ? Optional.empty()
          : Optional.of(ServerTls.of(config.tls().get()));
    } catch (IOException e) {
      throw new ConfigurationException(List.of(new Problem(file.toString(), e.getMessage())));
    }
  }

  /**
   * Why these can't take the place of others while the server runs; empty where they can. Whether
   * TLS is spoken is known to whoever asks, so that stays too.
   */
  Optional<String> takesRestart(Rules others) {
    if (others.tls.isPresent() != tls.isPresent()) {
      return Optional.of(tls.isPresent() ? "speaks TLS now" : "no longer speaks TLS");
    }
    Optional<String> less = tlsLess(others);
    if (less.isPresent()) {
      return less;
    }
    if (others.passwords.areAsked() && !passwords.areAsked()) {
      return Optional.of("no longer asks for a password");
    }
    return others.rate.isPresent() && rate.isEmpty()
        ? Optional.of("no longer has a rate limit")
        : Optional.empty();
  }

  private Optional<String> tlsLess(Rules others) {
    if (others.config.tls().isEmpty() || config.tls().isEmpty()) {
      return Optional.empty();
    }
    WebConfig.Tls before = others.config.tls().get();
    WebConfig.Tls now = config.tls().get();
    if (strength(now.clientAuth()) < strength(before.clientAuth())) {
      return Optional.of("no longer asks for such a certificate of the client");
    }
    if (!before.allowedSans().isEmpty() && now.allowedSans().isEmpty()) {
      return Optional.of("no longer says whose certificate it must be");
    }
    return before.protocols().containsAll(now.protocols())
        ? Optional.empty()
        : Optional.of("speaks an older TLS than before");
  }

  private static int strength(ClientAuth asked) {
    return switch (asked) {
      case NO_CLIENT_CERT, REQUEST_CLIENT_CERT, VERIFY_CLIENT_CERT_IF_GIVEN -> 0;
      case REQUIRE_ANY_CLIENT_CERT -> 1;
      case REQUIRE_AND_VERIFY_CLIENT_CERT -> 2;
    };
  }

  private boolean isCertificateAsked() {
    return config
        .tls()
        .filter(one -> one.clientAuth() == ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT)
        .isPresent();
  }

  /** Whether nobody is served whom we don't know. */
  boolean isClosed() {
    return passwords.areAsked() || isCertificateAsked();
  }
}
