package io.bilgewatch.agent.guard;

import io.bilgewatch.agent.config.WebConfig;
import io.bilgewatch.agent.config.WebConfig.ClientAuth;
import io.bilgewatch.agent.config.WebConfig.Pem;
import io.bilgewatch.agent.tls.KeyManagers;
import io.bilgewatch.agent.tls.PemFile;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes the engine of each connection. */
final class ServerTls {
  private static final int SESSIONS = 256;

  private final SSLContext context;
  private final SSLParameters parameters;

  private ServerTls(SSLContext context, SSLParameters parameters) {
    this.context = context;
    this.parameters = parameters;
  }

  /**
   * @throws IOException where something can't be used; the message names the key and the remedy
   */
  static ServerTls of(WebConfig.Tls tls) throws IOException {
    try {
      KeyManager[] who = KeyManagers.identity(pem("cert", tls.cert()), pem("key", tls.key()));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(who, new TrustManager[] {clients(tls)}, null);
      context.getServerSessionContext().setSessionCacheSize(SESSIONS);
      return new ServerTls(context, parameters(tls, context.getSupportedSSLParameters()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("tls_server_config can't be used: " + e.getMessage(), e);
    }
  }

  private static PemFile pem(String key, Pem pem) throws IOException {
    return switch (pem) {
      case Pem.InFile(var path) -> PemFile.read(key + "_file", path);
      case Pem.Inline(String text) -> PemFile.inline(key, text);
    };
  }

  private static ClientTrust clients(WebConfig.Tls tls)
      throws IOException, GeneralSecurityException {
    Optional<X509ExtendedTrustManager> authorities =
        tls.clientCa().isEmpty()
            ? Optional.empty()
            : Stream.of(KeyManagers.trusting(pem("client_ca", tls.clientCa().get())))
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst();
    return new ClientTrust(authorities, tls.allowedSans());
  }

  private static SSLParameters parameters(WebConfig.Tls tls, SSLParameters supported)
      throws IOException {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(tls.protocols().toArray(String[]::new));
    parameters.setCipherSuites(
        suites(tls.cipherSuites(), List.of(supported.getCipherSuites())).toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(tls.ownPreference());
    if (!tls.curves().isEmpty()) {
      parameters.setNamedGroups(tls.curves().toArray(String[]::new));
    }
    if (tls.clientAuth().isRequired()) {
      parameters.setNeedClientAuth(true);
    } else if (tls.clientAuth() != ClientAuth.NO_CLIENT_CERT) {
      parameters.setWantClientAuth(true);
    }
    return parameters;
  }

  /** Those of TLS 1.3 are all good and can't be chosen; of TLS 1.2, what keeps the past secret. */
  private static Set<String> suites(List<String> wanted, List<String> supported)
      throws IOException {
    Set<String> suites = new LinkedHashSet<>();
    supported.stream().filter(name -> !name.contains("_WITH_")).forEach(suites::add);
    if (wanted.isEmpty()) {
      supported.stream().filter(ServerTls::isGood).forEach(suites::add);
      return suites;
    }
    for (String name : wanted) {
      if (!supported.contains(name)) {
        throw new IOException(
            "cipher_suites: %s is unknown or not safe; there are %s"
                .formatted(
                    name,
                    String.join(", ", supported.stream().filter(ServerTls::isGood).toList())));
      }
      suites.add(name);
    }
    return suites;
  }

  private static boolean isGood(String suite) {
    return suite.startsWith("TLS_ECDHE_")
        && Stream.of("_GCM_", "_CHACHA20_").anyMatch(suite::contains);
  }

  SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
