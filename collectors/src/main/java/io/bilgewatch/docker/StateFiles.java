package io.bilgewatch.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** How an engine lays out its state: {@code <data-root>/containers/<64 hex digits>/…}. */
final class StateFiles {
  static final String CONTAINERS = "containers";

  /** The second one until 1.9. */
  static final List<String> CONFIG = List.of("config.v2.json", "config.json");

  static final List<String> HOST_CONFIG = List.of("hostconfig.json");

  private static final int ID_DIGITS = 64;

  private StateFiles() {}

  /** Whether it is the name of a container's directory; temporary files have others. */
  static boolean isContainerId(String name) {
    if (name.length() != ID_DIGITS) {
      return false;
    }
    for (int i = 0; i < ID_DIGITS; i++) {
      char c = name.charAt(i);
      if ("0123456789abcdef".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * A regular file whole; no symbolic link, and no FIFO that would keep us waiting.
   *
   * @throws IOException also where it is something else or larger than the bound
   */
  static byte[] read(Path file, int maxBytes) throws IOException {
    BasicFileAttributes attributes = attributes(file);
    if (!attributes.isRegularFile()) {
      throw new IOException(file + ": not a regular file");
    }
    if (attributes.size() > maxBytes) {
      throw new IOException(file + ": larger than " + maxBytes + " bytes");
    }
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException(file + ": larger than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }

  /** Of the path itself, never of what a symbolic link there points to. */
  static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
