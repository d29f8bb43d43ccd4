package io.bilgewatch.containerlog;

import io.bilgewatch.kernel.WriteErrno;
import java.util.Objects;
import java.util.Optional;

/**
 * A write that failed, by what a program printed of it. Every text is valid and printable.
 *
 * @param errno empty where the line does not tell it, as SQLite's "attempt to write a readonly
 *     database": it may be any of them
 * @param path as printed, so possibly relative; empty where the line holds none
 * @param program or its runtime; empty where nothing in the line says which
 * @param rule that found it
 */
public record WriteFailure(
    Optional<WriteErrno> errno, Optional<String> path, String program, String rule) {

  public WriteFailure {
    Objects.requireNonNull(errno, "errno");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(program, "program");
    Objects.requireNonNull(rule, "rule");
  }
}
