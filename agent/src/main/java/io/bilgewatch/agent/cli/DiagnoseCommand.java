package io.bilgewatch.agent.cli;

import picocli.CommandLine.Command;

@Command(
    name = "diagnose",
    description = "Tells what can be read on this host, and the remedy where it can't.")
final class DiagnoseCommand extends ReadingCommand {
  private final Commands commands;

  DiagnoseCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    return commands.diagnose(configuration(), output());
  }
}
