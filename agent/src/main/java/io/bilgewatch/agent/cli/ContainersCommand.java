package io.bilgewatch.agent.cli;

import picocli.CommandLine.Command;

@Command(name = "containers", description = "Lists the containers with their figures.")
final class ContainersCommand extends ReadingCommand {
  private final Commands commands;

  ContainersCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    return commands.containers(configuration(), output());
  }
}
