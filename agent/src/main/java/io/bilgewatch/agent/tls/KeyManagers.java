package io.bilgewatch.agent.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Who we are and whom we trust, as Java's TLS wants to be told. */
public final class KeyManagers {
  private static final char[] NO_PASSWORD = {};

  private KeyManagers() {}

  /**
   * @param certificates ours first
   * @throws IOException where the key is another's; the message names both
   */
  public static KeyManager[] identity(PemFile certificates, PemFile privateKey)
      throws IOException, GeneralSecurityException {
    List<Certificate> chain = certificates.certificates();
    PublicKey shown = chain.getFirst().getPublicKey();
    PrivateKey key = privateKey.privateKey(shown);
    if (!isPair(key, shown)) {
      throw new IOException(
          "%s is not the key of the certificate in %s".formatted(privateKey, certificates));
    }
    KeyStore store = empty();
    store.setKeyEntry("agent", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  /** Those that one of these authorities signed. */
  public static TrustManager[] trusting(PemFile authorities)
      throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    List<Certificate> all = authorities.certificates();
    for (int i = 0; i < all.size(); i++) {
      store.setCertificateEntry("authority-" + i, all.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Java would find out at the first handshake. */
  private static boolean isPair(PrivateKey key, PublicKey shown) throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case String other -> other;
        };
    byte[] text = new byte[32];
    new SecureRandom().nextBytes(text);
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(text);
    Signature checking = Signature.getInstance(algorithm);
    checking.initVerify(shown);
    checking.update(text);
    return checking.verify(signing.sign());
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
