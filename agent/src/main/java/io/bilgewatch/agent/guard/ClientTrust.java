package io.bilgewatch.agent.guard;

import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which clients' certificates are taken. */
final class ClientTrust extends X509ExtendedTrustManager {
  /** Of a subject alternative name, RFC 5280: e-mail, DNS, URI, IP address. */
  private static final Set<Integer> NAMES = Set.of(1, 2, 6, 7);

  private static final int IP = 7;

  private final Optional<X509ExtendedTrustManager> authorities;
  private final List<String> allowedSans;

  /**
   * @param authorities one of them signed it; empty: whoever signed it
   * @param allowedSans it is for one of them; empty: for anybody
   */
  ClientTrust(Optional<X509ExtendedTrustManager> authorities, List<String> allowedSans) {
    this.authorities = authorities;
    this.allowedSans = allowedSans;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (authorities.isPresent()) {
      authorities.get().checkClientTrusted(chain, type, engine);
    }
    if (!allowedSans.isEmpty() && !isAllowed(chain[0])) {
      throw new CertificateException("for nobody in client_allowed_sans");
    }
  }

  private boolean isAllowed(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null
        && names.stream()
            .filter(name -> name.getFirst() instanceof Integer kind && NAMES.contains(kind))
            .anyMatch(name -> isAllowed((Integer) name.getFirst(), (String) name.get(1)));
  }

  private boolean isAllowed(int kind, String name) {
    return allowedSans.contains(name) || (kind == IP && isAllowedAddress(name));
  }

  /** An IPv6 address has many forms. */
  private boolean isAllowedAddress(String name) {
    Optional<InetAddress> shown = address(name);
    return shown.isPresent()
        && allowedSans.stream().anyMatch(allowed -> address(allowed).equals(shown));
  }

  private static Optional<InetAddress> address(String name) {
    try {
      return Optional.of(InetAddress.ofLiteral(name));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities
        .map(X509ExtendedTrustManager::getAcceptedIssuers)
        .orElse(new X509Certificate[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw notAsked();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw notAsked();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw notAsked();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw notAsked();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw notAsked();
  }

  private static CertificateException notAsked() {
    return new CertificateException("only a server's engine asks here");
  }
}
