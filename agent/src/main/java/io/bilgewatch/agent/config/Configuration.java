package io.bilgewatch.agent.config;

import io.bilgewatch.agent.rule.AlertRule;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be set, checked and complete. {@code docs/configuration.md} has the keys.
 *
 * @param provenance each effective value with its source, in the order of the documentation
 */
public record Configuration(
    Web web,
    Host host,
    Docker docker,
    Walk walk,
    Tmpfs tmpfs,
    Memory memory,
    Mounts mounts,
    Inventory inventory,
    Growth growth,
    State state,
    Alerts alerts,
    Alertmanager alertmanager,
    Contracts contracts,
    WriteFailures writeFailures,
    Metrics metrics,
    Log log,
    Provenance provenance) {

  /**
   * @param configFile says who may ask; empty: everybody
   */
  public record Web(ListenAddress listenAddress, Optional<Path> configFile) {}

  /**
   * @param root where the watched host's file tree is mounted
   */
  public record Host(Path root) {}

  /**
   * @param dataRoots as the host names them; empty: find them
   */
  public record Docker(List<Path> dataRoots) {
    public Docker {
      dataRoots = List.copyOf(dataRoots);
    }
  }

  /**
   * @param cpuShare of one core, above 0 and at most 1
   * @param minInterval at most the interval
   * @param maxEntries of one walk
   */
  public record Walk(
      double cpuShare,
      Switch writeEvents,
      Duration interval,
      Duration minInterval,
      Duration readInterval,
      int maxEntries) {}

  public record Tmpfs(Duration interval) {}

  public record Memory(Duration interval) {}

  public record Mounts(Duration interval) {}

  public record Inventory(Duration reconcileInterval) {}

  /**
   * @param longWindow at least the window
   */
  public record Growth(Duration window, Duration longWindow) {}

  /**
   * @param directory where histories are kept; empty where nobody said
   */
  public record State(Optional<Path> directory) {}

  /**
   * @param containerLabels whether labels of containers count
   * @param sealed names of containers that are to have a read-only root
   * @param runbookUrl what an alert's name is put behind; empty: the agent's own pages
   */
  public record Alerts(
      boolean containerLabels,
      Set<String> sealed,
      Optional<URI> runbookUrl,
      Map<AlertRule, RuleSetting> rules) {
    public Alerts {
      sealed = Set.copyOf(sealed);
      rules = Map.copyOf(rules);
    }

    public RuleSetting of(AlertRule rule) {
      return Objects.requireNonNull(rules.get(rule));
    }
  }

  /**
   * Of one alert, where a container has no other.
   *
   * @param thresholds by name; each that the rule has
   */
  public record RuleSetting(boolean enabled, Map<String, Double> thresholds) {
    public RuleSetting {
      thresholds = Map.copyOf(thresholds);
    }
  }

  public record Contracts(Optional<Path> directory) {}

  /**
   * @param log whether the containers' log files are searched
   * @param logBytesPerSecond of one container
   * @param kernelDuration since the start; zero: without end
   */
  public record WriteFailures(
      boolean log, int logBytesPerSecond, KernelWriteFailures kernel, Duration kernelDuration) {}

  /**
   * @param maxPathSeries of one metric whose labels containers choose
   * @param maxLabelLength in characters
   * @param paths whether names of files and directories that containers chose are shown
   */
  public record Metrics(int maxPathSeries, int maxLabelLength, Switch paths) {}

  public record Log(LogLevel level) {}

  /**
   * @param settings every key, effective
   */
  public record Provenance(List<Setting> settings) {
    public Provenance {
      settings = List.copyOf(settings);
    }
  }

  public Configuration {
    Objects.requireNonNull(provenance, "provenance");
  }

  /** All defaults. */
  public static Configuration defaults() {
    return of(new Effective());
  }

  /** The effective values with their sources, for the log and {@code check-config}. */
  public List<Setting> describe() {
    return provenance.settings();
  }

  /**
   * The same for somebody who looks on for a while: nothing is kept for the next start, and layers
   * are looked at again sooner, within the same share of a CPU.
   *
   * @param interval between two looks at a layer that did not change
   * @param soonest the same of one that did
   */
  public Configuration forLookingOn(Duration interval, Duration soonest) {
    Walk sooner =
        new Walk(
            walk.cpuShare(), Switch.OFF, interval, soonest, walk.readInterval(), walk.maxEntries());
    return new Configuration(
        web,
        host,
        docker,
        sooner,
        tmpfs,
        memory,
        mounts,
        inventory,
        growth,
        new State(Optional.empty()),
        alerts,
        alertmanager,
        contracts,
        writeFailures,
        metrics,
        log,
        provenance);
  }

  static Configuration of(Effective values) {
    return new Configuration(
        new Web(values.get(Keys.LISTEN_ADDRESS), values.get(Keys.WEB_CONFIG)),
        new Host(values.get(Keys.HOST_ROOT)),
        new Docker(values.get(Keys.DATA_ROOTS)),
        walk(values),
        new Tmpfs(values.get(Keys.TMPFS_INTERVAL)),
        new Memory(values.get(Keys.MEMORY_INTERVAL)),
        new Mounts(values.get(Keys.MOUNTS_INTERVAL)),
        new Inventory(values.get(Keys.RECONCILE_INTERVAL)),
        new Growth(values.get(Keys.GROWTH_WINDOW), values.get(Keys.GROWTH_LONG_WINDOW)),
        new State(values.get(Keys.STATE_DIRECTORY)),
        new Alerts(
            values.get(Keys.ALERTS_CONTAINER_LABELS) == Switch.ON,
            Set.copyOf(values.get(Keys.ALERTS_SEALED)),
            values.get(Keys.ALERTS_RUNBOOK_URL),
            AlertKeys.settings(values)),
        Alertmanager.of(values),
        new Contracts(values.get(Keys.CONTRACTS_DIRECTORY)),
        writeFailures(values),
        new Metrics(
            values.get(Keys.METRICS_MAX_PATH_SERIES),
            values.get(Keys.METRICS_MAX_LABEL_LENGTH),
            values.get(Keys.METRICS_PATHS)),
        new Log(values.get(Keys.LOG_LEVEL)),
        new Provenance(values.settings()));
  }

  private static WriteFailures writeFailures(Effective values) {
    return new WriteFailures(
        values.get(Keys.WRITE_FAILURES_LOG) == Switch.ON,
        values.get(Keys.WRITE_FAILURES_LOG_RATE),
        values.get(Keys.WRITE_FAILURES_KERNEL),
        values.get(Keys.WRITE_FAILURES_KERNEL_DURATION));
  }

  private static Walk walk(Effective values) {
    return new Walk(
        values.get(Keys.WALK_CPU_SHARE),
        values.get(Keys.WALK_WRITE_EVENTS),
        values.get(Keys.WALK_INTERVAL),
        values.get(Keys.WALK_MIN_INTERVAL),
        values.get(Keys.WALK_READ_INTERVAL),
        values.get(Keys.WALK_MAX_ENTRIES));
  }
}
