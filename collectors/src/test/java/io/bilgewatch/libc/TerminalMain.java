package io.bilgewatch.libc;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sets its terminal raw, has stty say so, and sets it back. */
final class TerminalMain {
  private TerminalMain() {}

  /** Writes what it found into the directory that is named. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    try (Terminal terminal = Terminal.open()) {
      if (!Terminal.isTerminal(1)) {
        throw new AssertionError("standard output is no terminal");
      }
      terminal.raw();
      int code =
          new ProcessBuilder("stty", "-a")
              .redirectInput(new File("/dev/tty"))
              .redirectOutput(directory.resolve("raw").toFile())
              .start()
              .waitFor();
      Terminal.Size size = terminal.size();
      Files.writeString(
          directory.resolve("size"), size.rows() + " " + size.columns() + (code == 0 ? "" : code));
      terminal.restore();
    }
  }
}
