package io.bilgewatch.agent.cli;

import java.io.PrintWriter;

/**
 * Where and how a reading command answers.
 *
 * @param out standard output; flushed when the command ends
 * @param format chosen by {@code --output}
 */
public record Output(PrintWriter out, Format format) {

  /** For people or for programs. */
  public enum Format {
    TABLE,
    JSON
  }
}
