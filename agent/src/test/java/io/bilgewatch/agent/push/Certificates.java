package io.bilgewatch.agent.push;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes {@code NAME.pem} and {@code NAME.key} by openssl. */
public final class Certificates {
  private Certificates() {}

  /** One that signs others. */
  public static void authority(Path directory, String name) {
    Shell.text(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-keyout",
        file(directory, name + ".key"),
        "-out",
        file(directory, name + ".pem"));
  }

  /**
   * @param subject such as {@code IP:127.0.0.1}
   */
  public static void signed(Path directory, String authority, String name, String subject) {
    Path extensions = directory.resolve(name + ".ext");
    try {
      Files.writeString(extensions, "subjectAltName=" + subject + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.text(
        "openssl",
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        file(directory, name + ".key"),
        "-out",
        file(directory, name + ".csr"));
    Shell.text(
        "openssl",
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        file(directory, name + ".csr"),
        "-CA",
        file(directory, authority + ".pem"),
        "-CAkey",
        file(directory, authority + ".key"),
        "-CAcreateserial",
        "-extfile",
        extensions.toString(),
        "-out",
        file(directory, name + ".pem"));
  }

  /** The key as OpenSSL wrote it before 1.0. */
  public static Path oldForm(Path directory, String name) {
    Path old = directory.resolve(name + ".old.key");
    Shell.text(
        "openssl",
        "rsa",
        "-traditional",
        "-in",
        file(directory, name + ".key"),
        "-out",
        old.toString());
    return old;
  }

  private static String file(Path directory, String name) {
    return directory.resolve(name).toString();
  }
}
