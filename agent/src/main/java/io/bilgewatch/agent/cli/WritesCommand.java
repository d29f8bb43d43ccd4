package io.bilgewatch.agent.cli;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "writes",
    description = {
      "Shows what a container wrote and where, what each of it is, and with which mounts and"
          + " settings it could do with a read-only root; and what its volumes hold.",
      "With --watch, tells which process writes to which file while it does."
    })
final class WritesCommand extends ReadingCommand {
  private final Commands commands;

  @Parameters(paramLabel = "CONTAINER", description = "Its name, its id, or the beginning of that.")
  private String container;

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Shows only what was written to since: 10m, 2h. The proposal is for all.")
  private Duration since;

  @Option(
      names = "--watch",
      description = "Tells each write while it happens, until Ctrl-C. Takes CAP_SYS_ADMIN.")
  private boolean watch;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "With --watch: how long.")
  private Duration time;

  WritesCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    if (time != null && !watch) {
      throw usage("--for is how long to --watch");
    }
    if (since != null && watch) {
      throw usage("--since looks back and --watch does not: give one of them");
    }
    return commands.writes(
        configuration(),
        output(),
        new WritesRequest(container, Optional.ofNullable(since), watch, Optional.ofNullable(time)));
  }
}
