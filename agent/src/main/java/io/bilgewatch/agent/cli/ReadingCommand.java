package io.bilgewatch.agent.cli;

import picocli.CommandLine.Option;

/** A command that answers, for people or for programs. */
abstract class ReadingCommand extends Subcommand {

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json.")
  private Output.Format format;

  ReadingCommand(CommonOptions options) {
    super(options);
  }

  final Output output() {
    return new Output(spec.commandLine().getOut(), format);
  }
}
