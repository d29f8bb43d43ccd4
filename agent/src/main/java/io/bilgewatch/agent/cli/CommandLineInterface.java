package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Nearest;
import io.bilgewatch.agent.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** From the arguments to an exit code. */
public final class CommandLineInterface {
  private static final Path STANDARD_FILE = Path.of("/etc/bilgewatch/config.yml");

  private final CommandLine line;

  /**
   * @param version as {@code --version} tells it
   */
  public CommandLineInterface(Commands commands, String version, PrintWriter out, PrintWriter err) {
    this(commands, version, out, err, STANDARD_FILE);
  }

  CommandLineInterface(
      Commands commands, String version, PrintWriter out, PrintWriter err, Path standardFile) {
    line = new CommandLine(new Bilgewatch());
    for (Subcommand subcommand : subcommands(commands, standardFile)) {
      line.addSubcommand(subcommand);
    }
    line.addSubcommand(ContractCommand.line(commands, () -> new CommonOptions(standardFile)));
    line.addSubcommand(completion());
    line.getCommandSpec().version("bilgewatch " + version);
    line.setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false);
    line.setOverwrittenOptionsAllowed(false);
    line.setParameterExceptionHandler((e, _) -> wrongUsage(e));
    line.setExecutionExceptionHandler((e, _, _) -> failed(e));
  }

  /** Runs the command that the arguments name, and flushes what it wrote. */
  public int run(String... arguments) {
    int code = line.execute(arguments);
    line.getOut().flush();
    line.getErr().flush();
    return code;
  }

  private static List<Subcommand> subcommands(Commands commands, Path standardFile) {
    return List.of(
        new ServeCommand(commands, new CommonOptions(standardFile)),
        new CheckConfigCommand(new CommonOptions(standardFile)),
        new DiagnoseCommand(commands, new CommonOptions(standardFile)),
        new ContainersCommand(commands, new CommonOptions(standardFile)),
        new TopCommand(commands, new CommonOptions(standardFile)),
        new WritesCommand(commands, new CommonOptions(standardFile)));
  }

  /** Prints a completion for bash; of no use to who reads the help. */
  private static CommandLine completion() {
    CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
    completion.getCommandSpec().usageMessage().hidden(true);
    return completion;
  }

  private int wrongUsage(ParameterException error) {
    PrintWriter err = line.getErr();
    CommandSpec spec = error.getCommandLine().getCommandSpec();
    err.println("bilgewatch: " + Visible.of(what(error, spec)));
    err.println("Try \"" + spec.qualifiedName() + " --help\".");
    return ExitCode.WRONG_USAGE.number();
  }

  private static String what(ParameterException error, CommandSpec spec) {
    if (!(error instanceof UnmatchedArgumentException unmatched)) {
      return error.getMessage();
    }
    String first = unmatched.getUnmatched().getFirst();
    String name = first.replaceFirst("=.*", "");
    Stream<String> known =
        name.startsWith("-")
            ? spec.optionsMap().keySet().stream()
            : spec.subcommands().keySet().stream();
    String kind = name.startsWith("-") ? "option" : "argument";
    return "unknown %s \"%s\"%s".formatted(kind, name, Nearest.question(name, known.toList()));
  }

  private int failed(Exception error) {
    if (error instanceof ConfigurationException wrong) {
      wrong.problems().forEach(problem -> line.getErr().println(Visible.of(problem.toString())));
      return ExitCode.WRONG_USAGE.number();
    }
    String message =
        error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    line.getErr().println("bilgewatch: " + Visible.of(message));
    return ExitCode.UNKNOWN.number();
  }

  /** The command without a subcommand. */
  @Command(
      name = "bilgewatch",
      mixinStandardHelpOptions = true,
      description = "Watches where Docker containers write: writable layers, tmpfs, OOM risk.")
  private static final class Bilgewatch implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "which command? There are " + names());
    }

    private String names() {
      return spec.subcommands().entrySet().stream()
          .filter(one -> !one.getValue().getCommandSpec().usageMessage().hidden())
          .map(Map.Entry::getKey)
          .collect(Collectors.joining(", "));
    }
  }
}
