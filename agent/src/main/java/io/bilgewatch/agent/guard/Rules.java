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
    return new Rules(
        WebConfig.OPEN,
        Optional.empty(),
        new Passwords(WebConfig.OPEN.users()),
        Optional.empty(),
        List.of());
  }

  /**
   * @throws ConfigurationException with everything that is wrong
   */
  static Rules read(Path file) throws ConfigurationException {
    List<Stamp> stamps = new ArrayList<>();
    stamps.add(Stamp.of(file));
    WebConfig config = WebConfigFile.read(file);
    config.files().forEach(named -> stamps.add(Stamp.of(named)));
    return new Rules(
        config,
        tls(file, config),
        new Passwords(config.users()),
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

  /** What the others ask for and these do not; empty where there is nothing. */
  Optional<String> laxerThan(Rules others) {
    if (others.tls.isPresent() && tls.isEmpty()) {
      return Optional.of("TLS");
    }
    if (others.passwords.areAsked() && !passwords.areAsked()) {
      return Optional.of("a password");
    }
    return others.isCertificateAsked() && !isCertificateAsked()
        ? Optional.of("a verified certificate of the client")
        : Optional.empty();
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
