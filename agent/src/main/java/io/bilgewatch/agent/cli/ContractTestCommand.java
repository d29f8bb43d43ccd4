package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.contract.Contract;
import io.bilgewatch.agent.contract.ContractFile;
import io.bilgewatch.agent.contract.Recipe;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    description = {
      "Prints a shell script for a pipeline: it starts the image as the contract says, and fails",
      "where the container writes, or wants to write, elsewhere."
    })
final class ContractTestCommand extends Subcommand {

  @Option(names = "--contract", paramLabel = "FILE", required = true, description = "The contract.")
  private Path contract;

  @Option(
      names = "--command",
      paramLabel = "COMMAND",
      description =
          "A smoke test, run by the container's own sh once it is up; without it, it must only stay"
              + " up.")
  private String command;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "512m",
      description = "The memory limit, as docker run takes it; ${DEFAULT-VALUE} without it.")
  private String memory;

  @Parameters(paramLabel = "IMAGE", description = "The image, as docker run takes it.")
  private String image;

  ContractTestCommand(CommonOptions options) {
    super(options);
  }

  @Override
  ExitCode run() throws Exception {
    Contract read = ContractFile.read(contract);
    spec.commandLine().getOut().print(Recipe.of(read, contract.toString(), image, command, memory));
    return ExitCode.FINE;
  }
}
