package io.bilgewatch.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "init",
    description = {
      "Writes a contract to standard output, from what a container does.",
      "Of a read-only one it declares the mounts that it has, of another one those that it needs."
    })
final class ContractInitCommand extends Subcommand {
  private final Commands commands;

  @Parameters(paramLabel = "CONTAINER", description = "Its name, its id, or the beginning of that.")
  private String container;

  ContractInitCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    return commands.contractInit(configuration(), spec.commandLine().getOut(), container);
  }
}
