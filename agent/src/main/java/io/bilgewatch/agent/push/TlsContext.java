package io.bilgewatch.agent.push;

import io.bilgewatch.agent.config.Alertmanager.ClientCertificate;
import io.bilgewatch.agent.config.Alertmanager.Tls;
import io.bilgewatch.agent.tls.KeyManagers;
import io.bilgewatch.agent.tls.PemFile;
import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** Whom to trust and who we are, from PEM files. */
final class TlsContext {
  private static final String CA_FILE = "alertmanager.tls.ca-file";
  private static final String CERT_FILE = "alertmanager.tls.cert-file";
  private static final String KEY_FILE = "alertmanager.tls.key-file";

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
          tls.caFile().isPresent()
              ? KeyManagers.trusting(PemFile.read(CA_FILE, tls.caFile().get()))
              : null,
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("alertmanager.tls can't be used: " + e.getMessage(), e);
    }
  }

  private static KeyManager[] who(ClientCertificate files)
      throws IOException, GeneralSecurityException {
    return KeyManagers.identity(
        PemFile.read(CERT_FILE, files.certFile()), PemFile.read(KEY_FILE, files.keyFile()));
  }
}
