package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.top.Sort;
import io.bilgewatch.agent.top.TopOptions;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "top",
    description =
        "Shows the containers live on a terminal, the worst first; elsewhere one plain table.")
final class TopCommand extends ReadingCommand {
  private final Commands commands;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = Interval.class,
      description = "Between two looks: 500ms to 1h.")
  private Duration interval;

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      defaultValue = "worst",
      description = "worst, name, layer, growth, tmpfs, memory, risk or hardening.")
  private Sort sort;

  @Option(
      names = "--filter",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only containers with this in their name, image or Compose project.")
  private String filter;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "0",
      description = "Prints N plain tables, and ends.")
  private int iterations;

  TopCommand(Commands commands, CommonOptions options) {
    super(options);
    this.commands = commands;
  }

  @Override
  ExitCode run() throws Exception {
    if (iterations < 0) {
      throw new ParameterException(spec.commandLine(), "--iterations: expects a number from 1 on");
    }
    return commands.top(
        configuration(), output(), new TopOptions(interval, sort, filter, iterations));
  }

  /** As the configuration writes it, within what a look may cost. */
  static final class Interval implements ITypeConverter<Duration> {
    private static final Duration LEAST = Duration.ofMillis(500);
    private static final Duration MOST = Duration.ofHours(1);

    private final DurationConverter durations = new DurationConverter();

    @Override
    public Duration convert(String text) {
      Duration time = durations.convert(text);
      if (time.compareTo(LEAST) < 0 || time.compareTo(MOST) > 0) {
        throw new TypeConversionException("expects a duration such as 2s, from 500ms to 1h");
      }
      return time;
    }
  }
}
