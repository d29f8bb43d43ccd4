package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;

/** What the program says of itself. */
public final class Help {
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z][a-z-]+) ");

  /** Runs nothing. */
  private static final class NoCommands implements Commands {
    @Override
    public ExitCode serve(Configuration config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ExitCode diagnose(Configuration config, Output output) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ExitCode containers(Configuration config, Output output) {
      throw new UnsupportedOperationException();
    }
  }

  private Help() {}

  /** What these arguments, which only ask for help, print. */
  public static String of(String... arguments) {
    StringWriter out = new StringWriter();
    PrintWriter printed = new PrintWriter(out, true);
    int code = new CommandLineInterface(new NoCommands(), "0", printed, printed).run(arguments);
    if (code != 0) {
      throw new AssertionError(code + ": " + out);
    }
    return out.toString();
  }

  /** The commands that {@code --help} lists. */
  public static List<String> commands() {
    return COMMAND.matcher(of("--help")).results().map(found -> found.group(1)).toList();
  }
}
