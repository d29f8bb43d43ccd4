package io.bilgewatch.agent.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about contracts, each of them a command of its own. */
@Command(
    name = "contract",
    description =
        "Writable-path contracts: init writes one, check compares, test prints a pipeline's recipe.")
final class ContractCommand implements Runnable {
  @Mixin final Subcommand.HelpOption help = new Subcommand.HelpOption();

  @Spec private CommandSpec spec;

  static CommandLine line(Commands commands, CommonOptions.Source options) {
    CommandLine line = new CommandLine(new ContractCommand());
    List.of(
            new ContractCheckCommand(commands, options.make()),
            new ContractInitCommand(commands, options.make()),
            new ContractTestCommand(options.make()))
        .forEach(line::addSubcommand);
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? There are " + String.join(", ", spec.subcommands().keySet()));
  }
}
