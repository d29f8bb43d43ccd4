package io.bilgewatch.agent.push;

import io.bilgewatch.agent.config.Alertmanager.BasicAuth;
import io.bilgewatch.agent.tls.NamedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Basic authentication, where there is any. The password is read for each request and kept nowhere,
 * so that a new one counts at once.
 */
record Credentials(Optional<BasicAuth> basicAuth) {
  private static final int LONGEST = 4096;

  /**
   * The value of {@code Authorization}.
   *
   * @throws IOException where the password can't be read; the message is for people
   */
  Optional<String> header() throws IOException {
    return basicAuth.isEmpty()
        ? Optional.empty()
        : Optional.of("Basic " + encoded(basicAuth.get()));
  }

  private static String encoded(BasicAuth auth) throws IOException {
    String both = auth.username() + ":" + password(auth.passwordFile());
    return Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  /** Without the line's end that editors leave. */
  private static String password(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LONGEST + 1);
    } catch (IOException e) {
      throw new IOException(
          NamedFile.unreadable("alertmanager.basic-auth.password-file", file, e), e);
    }
    if (bytes.length > LONGEST) {
      throw new IOException(file + " has more than " + LONGEST + " bytes: no password");
    }
    return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n$", "");
  }
}
