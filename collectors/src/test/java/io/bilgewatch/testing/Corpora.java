package io.bilgewatch.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Real lines and files from public sources, kept beside the checkout and not in it: below the
 * directory that the system property {@code bilgewatch.corpora} names, or {@code
 * ../shared/corpora}.
 */
public final class Corpora {
  private Corpora() {}

  /** A folder of the corpora; empty where they are not present. */
  public static Optional<Path> folder(String name) {
    String named = System.getProperty("bilgewatch.corpora", "");
    String project = System.getProperty("bilgewatch.root", "");
    Path corpora = named.isEmpty() ? Path.of(project).resolve("../shared/corpora") : Path.of(named);
    return Optional.of(corpora.resolve(name).normalize()).filter(Files::isDirectory);
  }
}
