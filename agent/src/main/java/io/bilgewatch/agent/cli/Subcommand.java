package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.logging.Logging;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command with the options that all have; knows the configuration before it begins. */
abstract class Subcommand implements Callable<Integer> {
  @Mixin final CommonOptions options;
  @Mixin final HelpOption help = new HelpOption();

  @Spec CommandSpec spec;

  Subcommand(CommonOptions options) {
    this.options = options;
  }

  @Override
  public final Integer call() throws Exception {
    return run().number();
  }

  abstract ExitCode run() throws Exception;

  /** Complete and checked, with the log set to its level. */
  final Configuration configuration() throws ConfigurationException {
    Configuration configuration = options.configuration();
    Logging.level(configuration.log().level());
    return configuration;
  }

  /** What was asked for makes no sense; the help says how. */
  final ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  /** Picocli itself acts on it. */
  static final class HelpOption {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Shows this text.")
    boolean asked;
  }
}
