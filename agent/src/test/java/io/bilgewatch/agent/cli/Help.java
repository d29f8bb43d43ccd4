package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.top.TopOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    @Override
    public ExitCode top(Configuration config, Output output, TopOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ExitCode writes(Configuration config, Output output, WritesRequest container) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ExitCode contractCheck(
        Configuration config, Output output, Path contracts, Optional<String> container) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ExitCode contractInit(Configuration config, PrintWriter out, String container) {
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
    return listed("--help");
  }

  /** Those of {@code contract}. */
  public static List<String> contractCommands() {
    return listed("contract", "--help");
  }

  private static List<String> listed(String... arguments) {
    return COMMAND.matcher(of(arguments)).results().map(found -> found.group(1)).toList();
  }
}
