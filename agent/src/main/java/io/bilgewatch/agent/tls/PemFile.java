package io.bilgewatch.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and keys as OpenSSL writes them (RFC 7468), from a file or from a text that somebody
 * wrote into another one:
 *
 * <pre>
 * -----BEGIN PRIVATE KEY-----
 * MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg…
 * -----END PRIVATE KEY-----
 * </pre>
 */
public final class PemFile {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
  private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");

  private final String name;
  private final byte[] bytes;

  private PemFile(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /**
   * @param key of the configuration, which names the file
   * @throws IOException where it can't be read; the message names the key and the remedy
   */
  public static PemFile read(String key, Path file) throws IOException {
    try {
      return new PemFile("%s: %s".formatted(key, file), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IOException(NamedFile.unreadable(key, file, e), e);
    }
  }

  /**
   * @param key of the configuration, which has the text
   */
  public static PemFile inline(String key, String text) {
    return new PemFile(key + ": what is there", text.getBytes(StandardCharsets.UTF_8));
  }

  /** All that are there, at least one. */
  public List<Certificate> certificates() throws IOException {
    try {
      List<Certificate> found =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(bytes)));
      if (found.isEmpty()) {
        throw new IOException(name + " has no certificate in it");
      }
      return found;
    } catch (CertificateException e) {
      throw new IOException(
          "%s holds no certificates in PEM: %s".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * @param belongsTo says of which kind the key is
   */
  PrivateKey privateKey(PublicKey belongsTo) throws IOException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher found = PKCS8.matcher(text);
    if (!found.find()) {
      throw new IOException("%s %s".formatted(name, whatElse(text)));
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(found.group(1));
      return KeyFactory.getInstance(belongsTo.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "%s holds no key of the kind that the certificate has (%s)"
              .formatted(name, belongsTo.getAlgorithm()),
          e);
    }
  }

  private static String whatElse(String text) {
    Matcher other = OTHER_KEY.matcher(text);
    return other.find()
        ? "has a key of another form (%s); openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes it"
                .formatted(other.group(1))
            + " one that can be used"
        : "has no private key in it";
  }

  /** Where it is from; nothing of what it holds. */
  @Override
  public String toString() {
    return name;
  }
}
