package io.bilgewatch.docker;

import java.nio.file.Path;
import java.util.Objects;

/** A file that a log driver appends to, seen from here. */
public record LogFile(Path path, Format format) {

  public LogFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(format, "format");
  }

  /** How a driver writes what a container prints. */
  public enum Format {
    /** A JSON object a line ({@code json-file}). */
    JSON_LINES,
    /** Protocol buffers between their sizes ({@code local}, and the cache of other drivers). */
    LOCAL_ENTRIES
  }
}
