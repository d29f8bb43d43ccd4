package io.bilgewatch.agent.cli;

import picocli.CommandLine.Command;

@Command(name = "serve", description = "Runs the daemon until it is told to stop.")
final class ServeCommand extends Subcommand {
  private final Commands commands;

  ServeCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    return commands.serve(configuration());
  }
}
