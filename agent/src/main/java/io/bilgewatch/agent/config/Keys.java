package io.bilgewatch.agent.config;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The catalogue: every key there is, with its default. */
final class Keys {
  static final Key<ListenAddress> LISTEN_ADDRESS =
      new Key<>(
          "web.listen-address",
          Kinds.listenAddress(),
          new ListenAddress("127.0.0.1", 10058),
          "Where the HTTP server listens.");
  static final Key<Optional<Path>> WEB_CONFIG =
      new Key<>(
          "web.config.file",
          Kinds.fileIfAny(),
          Optional.empty(),
          "TLS, passwords and headers, in the format that Prometheus and its exporters share:"
              + " [web.md](web.md). Read again when it changes.");
  static final Key<Path> HOST_ROOT =
      new Key<>(
          "host.root",
          Kinds.directory(),
          Path.of("/"),
          "Where the watched host's file tree is mounted; `/host` or the like in a container.");
  static final Key<List<Path>> DATA_ROOTS =
      new Key<>(
          "docker.data-roots",
          Kinds.several(Kinds.directory()),
          List.of(),
          "The engines' data roots, as the host names them; empty: find them.");
  static final Key<Double> WALK_CPU_SHARE =
      new Key<>(
          "walk.cpu-share",
          Kinds.share(),
          0.02,
          "The share of one core that all walks through writable layers may take together.");
  static final Key<Duration> WALK_INTERVAL =
      new Key<>(
          "walk.interval",
          Kinds.duration(ofSeconds(1), ofHours(24)),
          ofSeconds(60),
          "How often the directories of a layer are checked for what no write event tells of, such as"
              + " removed files; without write events, how often a layer is read. Later where the CPU"
              + " share asks for it.");
  static final Key<Duration> WALK_MIN_INTERVAL =
      new Key<>(
          "walk.min-interval",
          Kinds.duration(ofSeconds(1), ofHours(24)),
          ofSeconds(15),
          "The same of a layer that changed since; at most `walk.interval`.");
  static final Key<Switch> WALK_WRITE_EVENTS =
      new Key<>(
          "walk.write-events",
          Kinds.oneOf(Switch.class),
          Switch.ON,
          "Whether the kernel is asked to tell which containers write (fanotify, CAP_SYS_ADMIN), so"
              + " that what was written to is read within a second and nothing else is.");
  static final Key<Duration> WALK_READ_INTERVAL =
      new Key<>(
          "walk.read-interval",
          Kinds.duration(ofSeconds(1), ofDays(7)),
          ofMinutes(10),
          "How often every file of a layer is read again where write events are told, since some"
              + " changes neither raise one nor show in a directory. Later where there are many files.");
  static final Key<Integer> WALK_MAX_ENTRIES =
      new Key<>(
          "walk.max-entries",
          Kinds.count(1_000, 100_000_000),
          100_000_000,
          "With more files and directories than this a layer has no figures.");
  static final Key<Duration> TMPFS_INTERVAL =
      new Key<>(
          "tmpfs.interval",
          Kinds.duration(ofMillis(100), ofHours(1)),
          ofSeconds(1),
          "How often each tmpfs is asked for its usage; "
              + "while the shared memory of the host as a whole stands still, every 10 s.");
  static final Key<Duration> MEMORY_INTERVAL =
      new Key<>(
          "memory.interval",
          Kinds.duration(ofMillis(100), ofHours(1)),
          ofSeconds(1),
          "How often the memory control groups are read; " + "one that stands still, every 10 s.");
  static final Key<Duration> MOUNTS_INTERVAL =
      new Key<>(
          "mounts.interval",
          Kinds.duration(ofSeconds(1), ofHours(1)),
          ofSeconds(10),
          "How often each container's mount table is read; "
              + "that of a process older than a minute, every third time; "
              + "without CAP_SYS_ADMIN in its bounding set, every sixth.");
  static final Key<Duration> RECONCILE_INTERVAL =
      new Key<>(
          "inventory.reconcile-interval",
          Kinds.duration(ofSeconds(1), ofHours(1)),
          ofSeconds(5),
          "How often the engine's state files are looked at, whether or not a change was noticed; "
              + "every third time where inotify tells of each change.");
  static final Key<Duration> GROWTH_WINDOW =
      new Key<>(
          "growth.window",
          Kinds.duration(ofMinutes(1), ofHours(24)),
          ofMinutes(10),
          "The window that growth rates are taken over.");
  static final Key<Duration> GROWTH_LONG_WINDOW =
      new Key<>(
          "growth.long-window",
          Kinds.duration(ofMinutes(10), ofHours(168)),
          ofHours(6),
          "The window that slow leaks are looked for in; at least `growth.window`.");
  static final Key<Optional<Path>> STATE_DIRECTORY =
      new Key<>(
          "state.directory",
          Kinds.directoryIfAny(),
          managersStateDirectory(),
          "Where histories are kept over a restart, the only place that is written to; not set:"
              + " `$STATE_DIRECTORY` of the service manager, and without it nothing is kept.");
  static final Key<Switch> ALERTS_CONTAINER_LABELS =
      new Key<>(
          "alerts.container-labels",
          Kinds.oneOf(Switch.class),
          Switch.ON,
          "Whether a container's labels may set thresholds and turn alerts off for it; an image can"
              + " bring such labels too.");
  static final Key<List<String>> ALERTS_SEALED =
      new Key<>(
          "alerts.sealed",
          Kinds.several(Kinds.containerName()),
          List.of(),
          "Containers that are to have a read-only root, besides those with the label"
              + " `bilgewatch.sealed=true`.");
  static final Key<Optional<URI>> ALERTS_RUNBOOK_URL =
      new Key<>(
          "alerts.runbook-url",
          Kinds.httpUrlIfAny(),
          Optional.empty(),
          "What an alert's name is put behind to make its `runbook_url`; not set: this agent's own"
              + " `/runbooks/`.");
  static final Key<Optional<Path>> CONTRACTS_DIRECTORY =
      new Key<>(
          "contracts.directory",
          Kinds.directoryIfAny(),
          Optional.empty(),
          "The directory of the writable-path contracts ([contract.md](contract.md)), which running"
              + " containers are held to. Read again when a file in it changes.");
  static final Key<Switch> WRITE_FAILURES_LOG =
      new Key<>(
          "write-failures.log",
          Kinds.oneOf(Switch.class),
          Switch.ON,
          "Whether the containers' log files are searched for failed writes.");
  static final Key<Integer> WRITE_FAILURES_LOG_RATE =
      new Key<>(
          "write-failures.log-bytes-per-second",
          Kinds.count(4_096, 1_000_000_000),
          1 << 20,
          "How much of one container's log is read; what is written faster is skipped and counted"
              + " in `bilgewatch_container_log_skipped_bytes_total`.");
  static final Key<KernelWriteFailures> WRITE_FAILURES_KERNEL =
      new Key<>(
          "write-failures.kernel",
          Kinds.oneOf(KernelWriteFailures.class),
          KernelWriteFailures.OFF,
          "Whether the kernel is asked for failed writes; `tracefs` finds those that a program"
              + " swallows, and costs every system call of the host a little.");
  static final Key<Duration> WRITE_FAILURES_KERNEL_DURATION =
      new Key<>(
          "write-failures.kernel-duration",
          Kinds.duration(Duration.ZERO, ofHours(24)),
          Duration.ZERO,
          "After which time since the start the kernel is no longer asked; `0s`: never.");
  static final Key<Integer> METRICS_MAX_PATH_SERIES =
      new Key<>(
          "metrics.max-path-series",
          Kinds.count(10, 1_000_000),
          5_000,
          "How many series a metric with labels that containers choose may have; the rest is left"
              + " out and counted in `bilgewatch_folded_series_total`.");
  static final Key<Integer> METRICS_MAX_LABEL_LENGTH =
      new Key<>(
          "metrics.max-label-length",
          Kinds.count(16, 4_096),
          256,
          "How many characters of a label value that a container chooses are shown.");
  static final Key<Switch> METRICS_PATHS =
      new Key<>(
          "metrics.paths",
          Kinds.oneOf(Switch.class),
          Switch.ON,
          "Whether the names of files and directories that containers chose are shown, on `/metrics` and"
              + " in events, alerts and pages. `off`: there is no"
              + " `bilgewatch_writable_layer_path_bytes`, and `path` is empty of denials and failed"
              + " writes. Where something is mounted and names of processes are shown all the same.");
  static final Key<LogLevel> LOG_LEVEL =
      new Key<>("log.level", Kinds.oneOf(LogLevel.class), LogLevel.INFO, "How much is logged.");

  static final List<Key<?>> ALL =
      withAlerts(
          LISTEN_ADDRESS,
          WEB_CONFIG,
          HOST_ROOT,
          DATA_ROOTS,
          WALK_CPU_SHARE,
          WALK_INTERVAL,
          WALK_MIN_INTERVAL,
          WALK_WRITE_EVENTS,
          WALK_READ_INTERVAL,
          WALK_MAX_ENTRIES,
          TMPFS_INTERVAL,
          MEMORY_INTERVAL,
          MOUNTS_INTERVAL,
          RECONCILE_INTERVAL,
          GROWTH_WINDOW,
          GROWTH_LONG_WINDOW,
          STATE_DIRECTORY,
          AlertmanagerKeys.URLS,
          AlertmanagerKeys.INSTANCE,
          AlertmanagerKeys.LABELS,
          AlertmanagerKeys.RESEND_INTERVAL,
          AlertmanagerKeys.RESOLVE_DELAY,
          AlertmanagerKeys.TIMEOUT,
          AlertmanagerKeys.USERNAME,
          AlertmanagerKeys.PASSWORD_FILE,
          AlertmanagerKeys.CA_FILE,
          AlertmanagerKeys.CERT_FILE,
          AlertmanagerKeys.KEY_FILE,
          CONTRACTS_DIRECTORY,
          WRITE_FAILURES_LOG,
          WRITE_FAILURES_LOG_RATE,
          WRITE_FAILURES_KERNEL,
          WRITE_FAILURES_KERNEL_DURATION,
          METRICS_MAX_PATH_SERIES,
          METRICS_MAX_LABEL_LENGTH,
          METRICS_PATHS,
          LOG_LEVEL);

  private Keys() {}

  /** Of several, separated by colons, the first: systemd.exec(5), StateDirectory=. */
  private static Optional<Path> managersStateDirectory() {
    return Optional.ofNullable(System.getenv("STATE_DIRECTORY"))
        .map(all -> all.split(":", 2)[0])
        .filter(first -> first.startsWith("/"))
        .map(Path::of);
  }

  private static List<Key<?>> withAlerts(Key<?>... keys) {
    return Stream.concat(
            Stream.of(keys),
            Stream.concat(
                Stream.of(ALERTS_CONTAINER_LABELS, ALERTS_SEALED, ALERTS_RUNBOOK_URL),
                AlertKeys.ALL.stream()))
        .toList();
  }

  static Optional<Key<?>> named(String name) {
    return ALL.stream().filter(key -> key.name().equals(name)).<Key<?>>map(key -> key).findFirst();
  }

  static List<String> names() {
    return ALL.stream().map(Key::name).toList();
  }

  /** The parts before a dot, such as {@code web} or {@code alerts.LsmDenials}. */
  static List<String> sections() {
    return names().stream()
        .flatMap(name ->
            IntStream.range(1, name.length())
                .filter(i -> name.charAt(i) == '.')
                .mapToObj(i -> name.substring(0, i)))
        .distinct()
        .toList();
  }
}
