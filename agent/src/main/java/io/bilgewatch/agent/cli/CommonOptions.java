package io.bilgewatch.agent.cli;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.ConfigurationReader;
import io.bilgewatch.agent.config.Given;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that every command takes, and the configuration they come to. */
final class CommonOptions {
  /** Makes the options of one command. */
  interface Source {
    CommonOptions make();
  }

  private final Path standardFile;

  @Option(
      names = "--config.file",
      paramLabel = "FILE",
      description = "The configuration; without it /etc/bilgewatch/config.yml, where it exists.")
  private Path file;

  @Option(
      names = "--web.listen-address",
      paramLabel = "ADDRESS",
      description = "Where to listen: 127.0.0.1:10058, [::1]:10058, or :10058 for all interfaces.")
  private String listenAddress;

  @Option(
      names = "--web.config.file",
      paramLabel = "FILE",
      description = "TLS and basic authentication, in the format of Prometheus's exporters.")
  private Path webFile;

  @Option(
      names = "--host.root",
      paramLabel = "DIRECTORY",
      description = "Where the watched host's file tree is mounted.")
  private String hostRoot;

  @Option(
      names = "--docker.data-root",
      paramLabel = "DIRECTORY",
      description = "An engine's data root, as the host names it; may be repeated.")
  private List<String> dataRoots;

  @Option(names = "--log.level", paramLabel = "LEVEL", description = "error, warn, info or debug.")
  private String logLevel;

  CommonOptions(Path standardFile) {
    this.standardFile = standardFile;
  }

  /**
   * @throws ConfigurationException with everything that is wrong, in file and options
   */
  Configuration configuration() throws ConfigurationException {
    if (file != null) {
      return ConfigurationReader.read(file, given());
    }
    // Not "exists": a file that is there and can't be looked at must not be passed over.
    return Files.notExists(standardFile)
        ? ConfigurationReader.read(given())
        : ConfigurationReader.read(standardFile, given());
  }

  private List<Given> given() {
    List<Given> given = new ArrayList<>();
    add(given, "--web.listen-address", "web.listen-address", listenAddress);
    if (webFile != null) {
      add(given, "--web.config.file", "web.config.file", webFile.toAbsolutePath().toString());
    }
    add(given, "--host.root", "host.root", hostRoot);
    if (dataRoots != null) {
      given.add(Given.option("--docker.data-root", "docker.data-roots", dataRoots));
    }
    add(given, "--log.level", "log.level", logLevel);
    return given;
  }

  private static void add(List<Given> given, String option, String key, String text) {
    if (text != null) {
      given.add(Given.option(option, key, text));
    }
  }
}
