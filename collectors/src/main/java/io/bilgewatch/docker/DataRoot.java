package io.bilgewatch.docker;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A directory that an engine keeps its state in.
 *
 * @param path as the host names it, symbolic links resolved
 * @param source why it is believed to be one, for people
 * @param dockerdPid of the engine that uses it, where one runs
 * @param execRoot where that engine was told to keep its run-time state
 */
public record DataRoot(Path path, String source, OptionalInt dockerdPid, Optional<Path> execRoot) {

  public DataRoot {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(source, "source");
  }

  /** One that no running engine was seen to use. */
  static DataRoot of(Path path, String source) {
    return new DataRoot(path, source, OptionalInt.empty(), Optional.empty());
  }

  DataRoot at(Path other, String why) {
    return new DataRoot(other, why, dockerdPid, execRoot);
  }
}
