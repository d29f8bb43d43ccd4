package io.bilgewatch.agent.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where alerts are pushed to, and how.
 *
 * @param urls each without {@code /api/v2/alerts}; empty: nothing is pushed
 * @param instance the value of the label {@code instance}; empty: the host's name and our port
 * @param labels what every alert carries besides, in order
 * @param resendInterval how often an Alertmanager is told again what it was told
 * @param resolveDelay how long after its end an Alertmanager is told that an alert is over
 * @param timeout of one request, from the connection to the end of the answer
 */
public record Alertmanager(
    List<URI> urls,
    Optional<String> instance,
    List<ExternalLabel> labels,
    Duration resendInterval,
    Duration resolveDelay,
    Duration timeout,
    Optional<BasicAuth> basicAuth,
    Tls tls) {

  /**
   * @param passwordFile read anew for each request
   */
  public record BasicAuth(String username, Path passwordFile) {}

  /**
   * All of them PEM.
   *
   * @param caFile whom to trust instead of the authorities that Java knows
   */
  public record Tls(Optional<Path> caFile, Optional<ClientCertificate> clientCertificate) {}

  /** Who we are to an Alertmanager that asks for a certificate. */
  public record ClientCertificate(Path certFile, Path keyFile) {}

  public Alertmanager {
    urls = List.copyOf(urls);
    labels = List.copyOf(labels);
  }

  static Alertmanager of(Effective values) {
    Optional<BasicAuth> basicAuth =
        values
            .get(AlertmanagerKeys.USERNAME)
            .flatMap(name ->
                values.get(AlertmanagerKeys.PASSWORD_FILE).map(file -> new BasicAuth(name, file)));
    Optional<ClientCertificate> certificate =
        values
            .get(AlertmanagerKeys.CERT_FILE)
            .flatMap(cert ->
                values.get(AlertmanagerKeys.KEY_FILE).map(key -> new ClientCertificate(cert, key)));
    return new Alertmanager(
        values.get(AlertmanagerKeys.URLS),
        values.get(AlertmanagerKeys.INSTANCE),
        values.get(AlertmanagerKeys.LABELS),
        values.get(AlertmanagerKeys.RESEND_INTERVAL),
        values.get(AlertmanagerKeys.RESOLVE_DELAY),
        values.get(AlertmanagerKeys.TIMEOUT),
        basicAuth,
        new Tls(values.get(AlertmanagerKeys.CA_FILE), certificate));
  }
}
