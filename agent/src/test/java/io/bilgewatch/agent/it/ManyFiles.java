package io.bilgewatch.agent.it;

import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Layers that take long to walk. */
final class ManyFiles {
  private static final int EACH = 1000;

  private ManyFiles() {}

  /** So many names, by hard links, which are quickly made. */
  static void below(Path directory, int names) throws IOException {
    Path first = Files.createDirectories(directory.resolve("0"));
    for (int i = 0; i < EACH; i++) {
      Files.createFile(first.resolve(Integer.toString(i)));
    }
    for (int copy = 1; copy < names / EACH; copy++) {
      Shell.text(
          "cp", "-al", first.toString(), directory.resolve(Integer.toString(copy)).toString());
    }
  }
}
