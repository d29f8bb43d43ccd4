package io.bilgewatch.agent.metrics;

import static io.bilgewatch.agent.metrics.MetricFamily.Type.COUNTER;
import static io.bilgewatch.agent.metrics.MetricFamily.Type.GAUGE;
import static io.bilgewatch.agent.metrics.MetricFamily.Type.INFO;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every metric about the host that this program exposes: the catalogue. Each help says what the
 * value is, where it comes from, when it is absent and how old it can be.
 */
final class Families {
  private static final String STATE = " From Docker's state files, read when they change.";
  private static final String MOUNTS = " Up to mounts.interval old.";
  private static final String LAYER =
      " Measured with bilgewatch_writable_layer_bytes, and absent with it.";
  private static final String TMPFS =
      " By statfs, up to tmpfs.interval old; absent where the mount can't be reached.";
  private static final String MEMORY = " From the memory cgroup, up to memory.interval old.";
  private static final String RUNS = " Absent where the container does not run.";
  private static final String FORECAST =
      " Absent where it is not coming, or not known: it tells at most four times as far ahead as the"
          + " growth has lasted.";
  private static final String OUTLIVE = " Outlives the container by 20 minutes.";

  private static final List<MetricFamily> ALL = new ArrayList<>();

  static final MetricFamily CONTAINER_INFO =
      container(
          INFO,
          "container_info",
          "A container: join on it with group_left for what is not on every series." + STATE,
          "image",
          "image_id",
          "compose_project",
          "compose_service",
          "user",
          "storage_driver",
          "log_driver");
  static final MetricFamily RUNNING =
      container(
          GAUGE,
          "container_running",
          "1 where it runs, by Docker's state files and its own process; 0 stopped or"
              + " created.");
  static final MetricFamily START_TIME =
      container(
          GAUGE,
          "container_start_time_seconds",
          "Unix time of the last start; absent where it was never started." + STATE);
  static final MetricFamily RESTARTS =
      container(
          COUNTER,
          "container_restarts_total",
          "Restarts by the restart policy, Docker's own count." + STATE);
  static final MetricFamily ROOTFS_READONLY =
      container(
          GAUGE,
          "rootfs_readonly",
          "1 if / is read-only by the per-mount options of the container's own mount"
              + " table."
              + MOUNTS
              + RUNS);
  static final MetricFamily HARDENING =
      container(
          GAUGE,
          "hardening_check",
          "1 pass, 0 fail, by the kernel where it knows and else by Docker's state"
              + " files; absent where it does not apply or can't be read."
              + MOUNTS,
          "check");
  static final MetricFamily WRITABLE_MOUNT =
      container(
          INFO,
          "writable_mount_info",
          "A mount beside the root that the container can write to, from its own mount"
              + " table."
              + MOUNTS
              + RUNS,
          "path",
          "kind",
          "options");
  static final MetricFamily LAYER_BYTES =
      container(
          GAUGE,
          "writable_layer_bytes",
          "Disk allocated below the upperdir, found by reading what changed; as old as"
              + " bilgewatch_writable_layer_measured_timestamp_seconds says, absent where"
              + " something could not be read.");
  static final MetricFamily LAYER_APPARENT =
      container(
          GAUGE,
          "writable_layer_apparent_bytes",
          "Sum of the sizes of its files, as docker ps -s shows." + LAYER);
  static final MetricFamily LAYER_INODES =
      container(GAUGE, "writable_layer_inodes", "Inodes of the upperdir, itself included." + LAYER);
  static final MetricFamily LAYER_ENTRIES =
      container(
          GAUGE,
          "writable_layer_entries",
          "New entries, entries of the image that were copied up, and whiteouts. The"
              + " first two are absent without CAP_SYS_ADMIN."
              + LAYER,
          "change");
  static final MetricFamily LAYER_EXECUTABLES =
      container(
          GAUGE,
          "writable_layer_executables",
          "Regular files with an execute bit that the image did not bring or that were"
              + " modified."
              + LAYER);
  static final MetricFamily LAYER_PATH_BYTES =
      container(
          GAUGE,
          "writable_layer_path_bytes",
          "Disk allocated below the ten largest directories of the layer." + LAYER,
          "path");
  static final MetricFamily LAYER_LIMIT =
      container(
          GAUGE,
          "writable_layer_limit_bytes",
          "The layer's quota, by its file system; absent where none is set." + MOUNTS);
  static final MetricFamily LAYER_DELETED_OPEN =
      container(
          GAUGE,
          "writable_layer_deleted_open_bytes",
          "Disk of deleted files of the layer that its processes still have open: no part of"
              + " bilgewatch_writable_layer_bytes. Up to six times mounts.interval old, older where"
              + " there is much to look at; absent where it does not run, and without"
              + " CAP_SYS_PTRACE.");
  static final MetricFamily LAYER_MEASURED =
      container(
          GAUGE,
          "writable_layer_measured_timestamp_seconds",
          "Unix time at which the layer's figures were true, as far as write events and the ctimes of"
              + " its directories tell; what neither shows is found by the next reading of every"
              + " file.");
  static final MetricFamily LAYER_READ =
      container(
          GAUGE,
          "writable_layer_read_timestamp_seconds",
          "Unix time at which the last reading of every file of the layer began.");
  static final MetricFamily LAYER_TOLD =
      container(
          GAUGE,
          "writable_layer_write_events",
          "1 where the kernel tells of the container's writes (fanotify), so that the layer's"
              + " figures follow them within seconds; 0 where changes are found by walking.");
  static final MetricFamily LAYER_SCAN =
      container(
          GAUGE,
          "writable_layer_scan_seconds",
          "CPU seconds that the last reading of every file of the layer took.");
  static final MetricFamily LAYER_GROWTH =
      container(
          GAUGE,
          "writable_layer_growth_bytes_per_second",
          "Robust slope of bilgewatch_writable_layer_bytes over growth.window or"
              + " growth.long-window; 0 where it does not grow, or is cleaned up again. Absent"
              + " until enough is known.");
  static final MetricFamily LAYER_FULL =
      container(
          GAUGE,
          "writable_layer_full_seconds",
          "Forecast until the layer's quota is reached." + FORECAST);
  static final MetricFamily LAYER_SEALED_CHANGED =
      container(
          GAUGE,
          "sealed_layer_changed",
          "1 where the layer of a container with a read-only root changed since it was first"
              + " measured so, 0 where not; absent where the root is writable or the layer not"
              + " measured.");
  static final MetricFamily LOG_BYTES =
      container(
          GAUGE,
          "container_log_bytes",
          "Sizes of Docker's log files of the container, which are no part of its layer;"
              + " absent where its log driver keeps none."
              + MOUNTS);
  static final MetricFamily TMPFS_SIZE =
      tmpfs("tmpfs_size_bytes", "What the tmpfs may hold; absent where it is unlimited." + TMPFS);
  static final MetricFamily TMPFS_USED = tmpfs("tmpfs_used_bytes", "What the tmpfs holds." + TMPFS);
  static final MetricFamily TMPFS_INODES =
      tmpfs("tmpfs_inodes", "Inodes that the tmpfs may hold." + TMPFS);
  static final MetricFamily TMPFS_INODES_USED =
      tmpfs("tmpfs_inodes_used", "Inodes that the tmpfs holds." + TMPFS);
  static final MetricFamily TMPFS_BOUNDED =
      tmpfs(
          "tmpfs_bounded",
          "0 where nobody set a size (the kernel's default is half of RAM), by the mount"
              + " options."
              + MOUNTS);
  static final MetricFamily TMPFS_GROWTH =
      tmpfs(
          "tmpfs_growth_bytes_per_second",
          "Robust slope of bilgewatch_tmpfs_used_bytes; 0 where it does not grow, or is cleaned up"
              + " again. Absent until enough is known.");
  static final MetricFamily TMPFS_FULL =
      tmpfs("tmpfs_full_seconds", "Forecast until ENOSPC." + FORECAST);
  static final MetricFamily MEMORY_LIMIT =
      container(
          GAUGE,
          "memory_limit_bytes",
          "The tightest memory limit on the cgroup's path to the root; absent if there"
              + " is none."
              + MEMORY);
  static final MetricFamily MEMORY_USAGE =
      container(GAUGE, "memory_usage_bytes", "All that is charged." + MEMORY + RUNS);
  static final MetricFamily MEMORY_SHMEM =
      container(
          GAUGE, "memory_shmem_bytes", "tmpfs and shared memory that is charged." + MEMORY + RUNS);
  static final MetricFamily MEMORY_UNRECLAIMABLE =
      container(
          GAUGE,
          "memory_unreclaimable_bytes",
          "What the kernel can't free by dropping caches." + MEMORY + RUNS);
  static final MetricFamily OOM_HEADROOM =
      container(
          GAUGE,
          "tmpfs_oom_headroom_bytes",
          "What the tmpfs mounts can still take before the OOM killer: the tightest of"
              + " limit minus unreclaimable, over the cgroup's ancestors and the host. Absent"
              + " where one of them can't be told.");
  static final MetricFamily OOM_RISK =
      container(
          GAUGE,
          "tmpfs_oom_risk_ratio",
          "Free room of the tmpfs mounts over bilgewatch_tmpfs_oom_headroom_bytes: above"
              + " 1, filling them ends in an OOM kill. Absent where a part can't be told.");
  static final MetricFamily OOM_SECONDS =
      container(
          GAUGE,
          "tmpfs_oom_seconds",
          "Forecast until filling its tmpfs ends in an OOM kill." + FORECAST);
  static final MetricFamily OOM_KILLS =
      container(
          COUNTER,
          "oom_kills_total",
          "OOM kills in the container since the agent's start, by kernel log and cgroup; cause"
              + " tmpfs where shmem held more than half of what was charged."
              + OUTLIVE,
          "cause");
  static final MetricFamily LSM_DENIALS =
      container(
          COUNTER,
          "lsm_denials_total",
          "What an LSM or seccomp refused since the agent's start, by the kernel's records;"
              + " labels empty: the host, or nobody can tell whose."
              + OUTLIVE,
          "lsm",
          "profile",
          "operation");
  static final MetricFamily LSM_LOGGED =
      container(
          COUNTER,
          "lsm_logged_total",
          "What an LSM or seccomp logged and let pass: complain mode, permissive,"
              + " SCMP_ACT_LOG; else as bilgewatch_lsm_denials_total."
              + OUTLIVE,
          "lsm",
          "profile",
          "operation");
  static final MetricFamily WRITE_FAILURES =
      container(
          COUNTER,
          "write_failures_total",
          "Writes that failed in the container since the agent's start, told by its log or by"
              + " the kernel; errno and path empty where they are not told."
              + OUTLIVE,
          "errno",
          "path",
          "source");
  static final MetricFamily LAST_EVENT =
      container(
          GAUGE,
          "last_event_timestamp_seconds",
          "Unix time at which it last happened, of before the agent's start too: event oom_kill"
              + " (reason: its cause), lsm_denial (the LSM), write_failure (the errno),"
              + " kernel_log_loss (the source); for conditions, since a counter's series begins"
              + " with its first event."
              + OUTLIVE,
          "event",
          "reason");
  static final MetricFamily LOG_SKIPPED =
      container(
          COUNTER,
          "container_log_skipped_bytes_total",
          "Log that was not searched for failed writes, because it was written faster than"
              + " write-failures.log-bytes-per-second.");
  static final MetricFamily UNATTRIBUTED =
      add(
          COUNTER,
          "unattributed_events_total",
          "Events whose container could not be told: denials and kills are in their metric without"
              + " one, failed writes are not.",
          List.of("metric"));
  static final MetricFamily KERNEL_LOG_UP =
      add(
          GAUGE,
          "kernel_log_up",
          "1 where the source is read, 0 where not: /dev/kmsg, and audit by netlink or auditd's"
              + " file.",
          List.of("source"));
  static final MetricFamily KERNEL_LOG_INFO =
      add(
          INFO,
          "kernel_log_info",
          "How the source is read: kmsg, netlink or file; of audit kmsg where nothing better can"
              + " be had.",
          List.of("source", "transport"));
  static final MetricFamily KERNEL_LOG_RECORDS =
      add(
          COUNTER,
          "kernel_log_records_total",
          "Records read of the source since the agent's start, whatever they tell.",
          List.of("source"));
  static final MetricFamily KERNEL_LOG_LOST =
      add(
          COUNTER,
          "kernel_log_lost_total",
          "Records known to be lost: overrun, dropped by the kernel or suppressed by it; at least"
              + " one each time where the number is not told.",
          List.of("source"));
  static final MetricFamily READING_MISSING =
      container(
          GAUGE,
          "reading_missing",
          "1 where a reading of the container failed, so that its figures are absent, or"
              + " for state those of before, if any; no name where none is known.",
          "reading",
          "cause");
  static final MetricFamily DATA_ROOT_UP =
      add(
          GAUGE,
          "data_root_up",
          "1 if the containers below an engine's data root can be listed, 0 if not.",
          List.of("data_root"));
  static final MetricFamily FILESYSTEM_SIZE =
      filesystem(
          "filesystem_size_bytes",
          "Size of a file system under data roots and layers, by statfs." + MOUNTS);
  static final MetricFamily FILESYSTEM_AVAIL =
      filesystem(
          "filesystem_avail_bytes",
          "What an unprivileged writer can still take of it, by statfs." + MOUNTS);
  static final MetricFamily FILESYSTEM_INODES =
      filesystem(
          "filesystem_inodes",
          "Its inodes, by statfs; absent where it has no such bound." + MOUNTS);
  static final MetricFamily FILESYSTEM_INODES_FREE =
      filesystem(
          "filesystem_inodes_free",
          "Its free inodes, by statfs; absent where it has no such bound." + MOUNTS);
  static final MetricFamily FILESYSTEM_GROWTH =
      filesystem(
          "filesystem_growth_bytes_per_second",
          "Robust slope of what is used of it; absent until enough is known.");
  static final MetricFamily FILESYSTEM_FULL =
      filesystem("filesystem_full_seconds", "Forecast until no space is left." + FORECAST);
  static final MetricFamily HOST_RISK =
      add(
          GAUGE,
          "host_tmpfs_oom_risk_ratio",
          "Free room of all tmpfs on the host over available memory and swap, up to"
              + " mounts.interval old; absent where a tmpfs can't be told.",
          List.of());
  static final MetricFamily ALERT_FIRING =
      container(
          GAUGE,
          "alert_firing",
          "1 for each alert that fires by the agent's own evaluation; labels that do"
              + " not apply are empty.",
          "alertname",
          "severity",
          "path",
          "mountpoint",
          "lsm",
          "source",
          "collector",
          "rule");
  static final MetricFamily ALERT_THRESHOLD =
      container(
          GAUGE,
          "alert_threshold",
          "A threshold that a container's label sets; no container: that the configuration sets, for"
              + " all that say nothing else.",
          "alertname",
          "threshold");
  static final MetricFamily ALERT_DISABLED =
      container(
          GAUGE,
          "alert_disabled",
          "1 where a container's label turns an alert off, 0 where it turns it on; no container: by"
              + " the configuration, for all that say nothing else.",
          "alertname");
  static final MetricFamily SEALED =
      container(
          GAUGE,
          "container_sealed",
          "1 where a container is said to be sealed, by its label bilgewatch.sealed=true or by"
              + " alerts.sealed.");
  static final MetricFamily CONTRACT_INFO =
      container(
          INFO,
          "contract_info",
          "A contract of contracts.directory that applies to a container.",
          "contract");
  static final MetricFamily CONTRACT_VIOLATION =
      container(
          GAUGE,
          "contract_violation",
          "1 for each rule that a container breaks of its contracts, while it does; absent where it"
              + " does not run.",
          "rule",
          "path");
  static final MetricFamily CONTRACT_UNKNOWN =
      container(
          GAUGE,
          "contract_unknown",
          "1 where a part of a contract could not be looked at, so that nobody can say that it is"
              + " kept, else 0; absent where the container does not run, and until it was looked at.",
          "contract");
  static final MetricFamily ALERTS_LEFT =
      add(
          COUNTER,
          "alerts_left_total",
          "Alerts that there was no room for, each second anew; absent while there was none.",
          List.of());
  static final MetricFamily ALERTMANAGER_UP =
      alertmanager(
          GAUGE, "alertmanager_up", "1 where an Alertmanager took the last request, 0 where not.");
  static final MetricFamily ALERTMANAGER_SENT =
      alertmanager(
          COUNTER,
          "alertmanager_notifications_total",
          "Alerts that an Alertmanager took, each time that it took one.");
  static final MetricFamily ALERTMANAGER_ERRORS =
      alertmanager(
          COUNTER, "alertmanager_errors_total", "Requests that an Alertmanager did not take.");
  static final MetricFamily ALERTMANAGER_DROPPED =
      alertmanager(
          COUNTER,
          "alertmanager_dropped_total",
          "Alerts that an Alertmanager was not told of: too many, or refused by it.");
  static final MetricFamily ALERTMANAGER_WAITING =
      alertmanager(
          GAUGE,
          "alertmanager_waiting_alerts",
          "Alerts that an Alertmanager is still to be told of.");
  static final MetricFamily COLLECTOR_OUTCOME =
      collector(
          GAUGE,
          "collector_outcome",
          "How a collector's last run went: 1 for one outcome, 0 for the others.",
          "outcome");
  static final MetricFamily COLLECTOR_DURATION =
      collector(GAUGE, "collector_duration_seconds", "What a collector's last run took.");
  static final MetricFamily COLLECTOR_CPU =
      collector(COUNTER, "collector_cpu_seconds_total", "CPU time that a collector's runs took.");
  static final MetricFamily COLLECTOR_SUCCESS =
      collector(
          GAUGE,
          "collector_last_success_timestamp_seconds",
          "Unix time of a collector's last good run; absent before the first.");
  static final MetricFamily FOLDED =
      add(
          COUNTER,
          "folded_series_total",
          "Series that were left out to keep what containers choose bounded, or events that were"
              + " counted as other; absent while none was.",
          List.of("metric"));
  static final MetricFamily BUILD =
      add(INFO, "build_info", "What this agent is.", List.of("version", "revision", "java"));

  private static final Set<String> BASE_NAMES =
      ALL.stream().map(MetricFamily::baseName).collect(Collectors.toUnmodifiableSet());

  private Families() {}

  /** Whether a name without its suffix is one of these. */
  static boolean isKnown(String baseName) {
    return BASE_NAMES.contains(baseName);
  }

  static List<MetricFamily> all() {
    return List.copyOf(ALL);
  }

  private static MetricFamily container(
      MetricFamily.Type type, String name, String help, String... labels) {
    List<String> all = new ArrayList<>(List.of("container", "container_id"));
    all.addAll(List.of(labels));
    return add(type, name, help, all);
  }

  private static MetricFamily tmpfs(String name, String help) {
    return container(GAUGE, name, help, "path");
  }

  private static MetricFamily filesystem(String name, String help) {
    return add(GAUGE, name, help, List.of("mountpoint", "device", "fstype"));
  }

  private static MetricFamily alertmanager(MetricFamily.Type type, String name, String help) {
    return add(type, name, help, List.of("alertmanager"));
  }

  private static MetricFamily collector(
      MetricFamily.Type type, String name, String help, String... labels) {
    List<String> all = new ArrayList<>(List.of("collector"));
    all.addAll(List.of(labels));
    return add(type, name, help, all);
  }

  private static MetricFamily add(
      MetricFamily.Type type, String name, String help, List<String> labels) {
    MetricFamily family = new MetricFamily("bilgewatch_" + name, type, labels, help);
    ALL.add(family);
    return family;
  }
}
