package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(
    name = "check",
    description = {
      "Compares running containers with the contracts that apply to them.",
      "Exit code 0: all are kept, 1: one is not, 2: a contract is wrong, 3: could not find out."
    })
final class ContractCheckCommand extends ReadingCommand {
  private final Commands commands;

  @Option(
      names = "--contract",
      paramLabel = "PLACE",
      description =
          "A contract, or a directory of them; without it contracts.directory of the configuration.")
  private Path contract;

  @Option(
      names = "--container",
      paramLabel = "CONTAINER",
      description =
          "This one alone, by its name, its id, or the beginning of that; with a single contract,"
              + " whether or not that applies to it.")
  private String container;

  ContractCheckCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    Configuration configuration = configuration();
    Path place =
        Optional.ofNullable(contract)
            .or(configuration.contracts()::directory)
            .orElseThrow(() ->
                new ParameterException(
                    spec.commandLine(),
                    "which contracts? Name them with --contract, or set contracts.directory"));
    return commands.contractCheck(configuration, output(), place, Optional.ofNullable(container));
  }
}
