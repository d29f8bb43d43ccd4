package io.bilgewatch.agent.push;

import io.bilgewatch.agent.config.Alertmanager.ClientCertificate;
import io.bilgewatch.agent.config.Alertmanager.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Whom to trust and who we are, from PEM files. */
final class TlsContext {
  private static final String CA_FILE = "alertmanager.tls.ca-file";
  private static final String CERT_FILE = "alertmanager.tls.cert-file";
  private static final String KEY_FILE = "alertmanager.tls.key-file";
  private static final char[] NO_PASSWORD = {};

  private TlsContext() {}

  /**
   * @throws IOException where a file can't be used; the message names the key and the remedy
   */
  static SSLContext of(Tls tls) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // Null lets Java take what it does where nobody says.
      context.init(
          tls.clientCertificate().isPresent() ? who(tls.clientCertificate().get()) : null,
          tls.caFile().isPresent() ? trusted(tls.caFile().get()) : null,
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("alertmanager.tls can't be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trusted(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    List<Certificate> authorities = PemFile.certificates(CA_FILE, file);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] who(ClientCertificate files)
      throws IOException, GeneralSecurityException {
    List<Certificate> chain = PemFile.certificates(CERT_FILE, files.certFile());
    PrivateKey key = PemFile.privateKey(KEY_FILE, files.keyFile(), chain.getFirst().getPublicKey());
    KeyStore store = empty();
    store.setKeyEntry("agent", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
