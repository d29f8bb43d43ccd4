package io.bilgewatch.agent.rule;

import static io.bilgewatch.agent.rule.Severity.CRITICAL;
import static io.bilgewatch.agent.rule.Severity.INFO;
import static io.bilgewatch.agent.rule.Severity.WARNING;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.bilgewatch.agent.rule.Threshold.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The catalogue of alerts. The agent evaluates each of them with each view; the Prometheus rules
 * have the same names, labels, severities, times and thresholds, and a test holds the two together.
 *
 * <p>Every alert carries {@code alertname}, {@code severity} and {@code instance}; an alert about a
 * container {@code container} and {@code container_id} besides; and each the labels of its own that
 * are listed here.
 */
// Its lists are made by List.of, which nobody can change.
@SuppressWarnings("ImmutableEnumChecker")
public enum AlertRule {
  WRITABLE_LAYER_GROWING(
      "WritableLayerGrowing",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ofMinutes(10),
      "The writable layer grows, and goes on growing.",
      new Threshold(
          "bytes-per-second",
          Unit.BYTES_PER_SECOND,
          100 << 10,
          "fires where the layer grows faster than this")),
  WRITABLE_LAYER_LARGE(
      "WritableLayerLarge",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ofMinutes(5),
      "The writable layer is large, or near its quota.",
      new Threshold("bytes", Unit.BYTES, 5L << 30, "fires where the layer holds more than this"),
      new Threshold(
          "limit-ratio", Unit.RATIO, 0.8, "fires where it holds more than this of its quota")),
  DOCKER_FILESYSTEM_FILLING(
      "DockerFilesystemFilling",
      WARNING,
      Scope.HOST,
      List.of("mountpoint"),
      ofSeconds(30),
      "The file system under the writable layers will be full soon.",
      new Threshold("within", Unit.SECONDS, 86_400, "fires where it will be full within this")),
  DOCKER_FILESYSTEM_ALMOST_FULL(
      "DockerFilesystemAlmostFull",
      CRITICAL,
      Scope.HOST,
      List.of("mountpoint"),
      ZERO,
      "The file system under the writable layers has hardly any space, inodes or time left.",
      new Threshold("avail-ratio", Unit.RATIO, 0.05, "fires where less of its bytes is left"),
      new Threshold("inodes-ratio", Unit.RATIO, 0.05, "fires where less of its inodes is left"),
      new Threshold("within", Unit.SECONDS, 600, "fires where it will be full within this")),
  TMPFS_ALMOST_FULL(
      "TmpfsAlmostFull",
      WARNING,
      Scope.CONTAINER,
      List.of("path"),
      ofMinutes(1),
      "A tmpfs is almost full; writes to it will fail with ENOSPC.",
      new Threshold("used-ratio", Unit.RATIO, 0.9, "fires where more of it is used")),
  TMPFS_UNBOUNDED(
      "TmpfsUnbounded",
      INFO,
      Scope.CONTAINER,
      List.of("path"),
      ofMinutes(10),
      "Nobody set a size for a tmpfs: it may take half of the host's memory."),
  TMPFS_OOM_RISK(
      "TmpfsOomRisk",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ofMinutes(2),
      "The tmpfs mounts fill, and filling them would end in an OOM kill, not in ENOSPC.",
      new Threshold("ratio", Unit.RATIO, 1, "fires where room over headroom is more than this"),
      new Threshold(
          "held-ratio",
          Unit.RATIO,
          0.2,
          "and where they hold more than this of what memory lets them hold")),
  TMPFS_OOM_IMMINENT(
      "TmpfsOomImminent",
      CRITICAL,
      Scope.CONTAINER,
      List.of(),
      ZERO,
      "A tmpfs grows towards an OOM kill.",
      new Threshold("within", Unit.SECONDS, 600, "fires where the kill is forecast within this")),
  CONTAINER_OOM_KILLED(
      "ContainerOomKilled",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ZERO,
      "The OOM killer ended a process of the container.",
      new Threshold("within", Unit.SECONDS, 600, "for how long after the kill it fires")),
  CONTAINER_RESTART_LOOP(
      "ContainerRestartLoop",
      CRITICAL,
      Scope.CONTAINER,
      List.of(),
      ZERO,
      "The container restarts again and again.",
      new Threshold("count", Unit.COUNT, 3, "fires at so many restarts in ten minutes")),
  WRITE_FAILING_ON_READ_ONLY_ROOT(
      "WriteFailingOnReadOnlyRoot",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ZERO,
      "A program in a read-only container tries to write where it can't (EROFS).",
      new Threshold("within", Unit.SECONDS, 900, "for how long after the last failure it fires")),
  LSM_DENIALS(
      "LsmDenials",
      WARNING,
      Scope.CONTAINER,
      List.of("lsm"),
      ZERO,
      "AppArmor, SELinux, seccomp or Landlock refused something.",
      new Threshold("within", Unit.SECONDS, 900, "for how long after the last denial it fires")),
  SEALED_CONTAINER_WROTE(
      "SealedContainerWrote",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ZERO,
      "The writable layer of a container with a read-only root changed all the same."),
  ROOTFS_WRITABLE(
      "RootfsWritable",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ofMinutes(1),
      "The root of a container that is said to be sealed is writable."),
  EXECUTABLE_IN_WRITABLE_LAYER(
      "ExecutableInWritableLayer",
      WARNING,
      Scope.CONTAINER,
      List.of(),
      ZERO,
      "The writable layer has executables that the image did not bring.",
      new Threshold("count", Unit.COUNT, 0, "fires at more than so many")),
  KERNEL_LOG_LOST(
      "KernelLogLost",
      WARNING,
      Scope.HOST,
      List.of("source"),
      ZERO,
      "Records of the kernel's log were lost: denials or kills may have gone unseen.",
      new Threshold("within", Unit.SECONDS, 900, "for how long after the last loss it fires")),
  COLLECTOR_FAILING(
      "CollectorFailing",
      WARNING,
      Scope.HOST,
      List.of("collector"),
      ofMinutes(5),
      "A collector fails or is stuck: figures are missing."),
  CONTRACT_VIOLATED(
      "ContractViolated",
      WARNING,
      Scope.CONTAINER,
      List.of("rule", "path"),
      ZERO,
      "A container does not keep its writable-path contract.");

  /** What an alert is about. */
  public enum Scope {
    CONTAINER,
    HOST
  }

  private final String label;
  private final Severity severity;
  private final Scope scope;
  private final List<String> ownLabels;
  private final Duration pendingFor;
  private final String summary;
  private final List<Threshold> thresholds;

  AlertRule(
      String label,
      Severity severity,
      Scope scope,
      List<String> ownLabels,
      Duration pendingFor,
      String summary,
      Threshold... thresholds) {
    this.label = label;
    this.severity = severity;
    this.scope = scope;
    this.ownLabels = ownLabels;
    this.pendingFor = pendingFor;
    this.summary = summary;
    this.thresholds = List.of(thresholds);
  }

  /** The rule of that {@code alertname}. */
  public static Optional<AlertRule> named(String label) {
    return Stream.of(values()).filter(rule -> rule.label.equals(label)).findFirst();
  }

  /** The value of {@code alertname}. */
  public String label() {
    return label;
  }

  public Severity severity() {
    return severity;
  }

  public Scope scope() {
    return scope;
  }

  /** Names of the labels that only this alert has, in order. */
  public List<String> ownLabels() {
    return ownLabels;
  }

  /** How long the condition must hold before it fires. */
  public Duration pendingFor() {
    return pendingFor;
  }

  /**
   * How long it fires on after its condition is over, so that what goes to and fro is one alert;
   * not at all where the condition itself lasts for a time after an event.
   */
  public Duration keepFiringFor() {
    return switch (this) {
      case CONTAINER_OOM_KILLED,
          CONTAINER_RESTART_LOOP,
          WRITE_FAILING_ON_READ_ONLY_ROOT,
          LSM_DENIALS,
          KERNEL_LOG_LOST ->
          ZERO;
      default -> ofMinutes(1);
    };
  }

  /** One sentence for the documentation. */
  public String summary() {
    return summary;
  }

  /** The first is the one that a label's bare value sets. */
  public List<Threshold> thresholds() {
    return thresholds;
  }

  public Optional<Threshold> threshold(String name) {
    return thresholds.stream().filter(threshold -> threshold.name().equals(name)).findFirst();
  }
}
