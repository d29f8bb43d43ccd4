package io.bilgewatch.agent.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** By what one sees that a file changed, links followed; nothing where it can't be looked at. */
record Stamp(Path file, Optional<State> state) {

  record State(long modifiedMillis, long size, String inode) {}

  static Stamp of(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          file,
          Optional.of(
              new State(
                  found.lastModifiedTime().toMillis(),
                  found.size(),
                  String.valueOf(found.fileKey()))));
    } catch (IOException _) {
      return new Stamp(file, Optional.empty());
    }
  }

  Stamp now() {
    return of(file);
  }
}
