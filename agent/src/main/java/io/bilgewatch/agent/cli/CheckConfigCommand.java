package io.bilgewatch.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.Problem;
import io.bilgewatch.agent.config.Setting;
import io.bilgewatch.agent.contract.ContractFolder;
import io.bilgewatch.agent.guard.Guard;
import io.bilgewatch.agent.text.Visible;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "check-config",
    description = "Shows every effective value and its source, or all that is wrong (exit 2).")
final class CheckConfigCommand extends ReadingCommand {

  /** What {@code --output json} says. */
  record Verdict(boolean valid, List<Problem> problems, List<Setting> settings) {}

  CheckConfigCommand(CommonOptions options) {
    super(options);
  }

  @Override
  ExitCode run() throws Exception {
    return switch (output().format()) {
      case TABLE -> table();
      case JSON -> json();
    };
  }

  private ExitCode table() throws ConfigurationException {
    Configuration configuration = configuration();
    checkFiles(configuration);
    for (Setting setting : configuration.describe()) {
      output().out().println(Visible.of(setting.toString()));
    }
    return ExitCode.FINE;
  }

  private ExitCode json() throws JsonProcessingException {
    Verdict verdict = verdict();
    JsonMapper mapper = JsonMapper.builder().build();
    output().out().println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(verdict));
    return verdict.valid() ? ExitCode.FINE : ExitCode.WRONG_USAGE;
  }

  private static void checkFiles(Configuration configuration) throws ConfigurationException {
    Optional<Path> file = configuration.web().configFile();
    if (file.isPresent()) {
      Guard.check(file.get());
    }
    Optional<Path> contracts = configuration.contracts().directory();
    if (contracts.isPresent()) {
      ContractFolder.read(contracts.get());
    }
  }

  private Verdict verdict() {
    try {
      Configuration configuration = options.configuration();
      checkFiles(configuration);
      return new Verdict(true, List.of(), configuration.describe());
    } catch (ConfigurationException e) {
      return new Verdict(false, e.problems(), List.of());
    }
  }
}
