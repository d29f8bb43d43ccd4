package io.bilgewatch.agent.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts a configuration together: defaults, then the file, then the options of the command line. */
public final class ConfigurationReader {
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> unfit = new HashSet<>();
  private final Effective values = new Effective();

  private ConfigurationReader() {}

  /**
   * Defaults and options.
   *
   * @throws ConfigurationException with everything that is wrong
   */
  public static Configuration read(List<Given> options) throws ConfigurationException {
    return new ConfigurationReader().configuration(options);
  }

  /**
   * Defaults, a file and options.
   *
   * @throws ConfigurationException with everything that is wrong, a file that can't be read too
   */
  public static Configuration read(Path file, List<Given> options) throws ConfigurationException {
    ConfigurationReader reader = new ConfigurationReader();
    reader.file(file);
    return reader.configuration(options);
  }

  private Configuration configuration(List<Given> options) throws ConfigurationException {
    options.forEach(this::apply);
    relations();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return Configuration.of(values);
  }

  private void file(Path file) {
    try {
      YamlFile.parse(file.toString(), TextFile.read(file), this::apply, problems);
    } catch (IOException e) {
      problems.add(new Problem(file.toString(), TextFile.reason(e)));
    }
  }

  private void apply(Given given) {
    Key<?> key = Keys.named(given.name()).orElseThrow();
    try {
      values.put(key, given);
    } catch (Kind.Unfit e) {
      unfit.add(key.name());
      String expects = key.kind().expects();
      problems.add(
          new Problem(
              given.source().toString(),
              "%s expects %s; %s".formatted(key.name(), expects, e.getMessage())));
    }
  }

  private void relations() {
    problems.addAll(AlertmanagerKeys.problems(values, unfit::contains));
    atMost(Keys.WALK_MIN_INTERVAL, Keys.WALK_INTERVAL);
    atMost(Keys.GROWTH_WINDOW, Keys.GROWTH_LONG_WINDOW);
  }

  /** The one that somebody set is told to be wrong. */
  private void atMost(Key<Duration> shorter, Key<Duration> longer) {
    boolean known = !unfit.contains(shorter.name()) && !unfit.contains(longer.name());
    if (known && values.get(shorter).compareTo(values.get(longer)) > 0) {
      boolean defaulted = values.source(shorter) instanceof Source.Default;
      problems.add(
          new Problem(
              values.source(defaulted ? longer : shorter).toString(),
              "%s (%s) must not be longer than %s (%s)"
                  .formatted(
                      shorter.name(),
                      DurationText.show(values.get(shorter)),
                      longer.name(),
                      DurationText.show(values.get(longer)))));
    }
  }
}
