package io.bilgewatch.agent.metrics;

import static io.bilgewatch.agent.metrics.MetricFamily.Type.COUNTER;
import static io.bilgewatch.agent.metrics.MetricFamily.Type.GAUGE;
import static io.bilgewatch.agent.metrics.MetricFamily.Type.INFO;

import java.util.ArrayList;
import java.util.List;

/** Every metric about the host that this program exposes: the catalogue. */
final class Families {
  private static final List<MetricFamily> ALL = new ArrayList<>();

  static final MetricFamily CONTAINER_INFO =
      container(
          INFO,
          "container_info",
          "What Docker's state files say of the container; join on it with group_left.",
          "image",
          "image_id",
          "compose_project",
          "compose_service",
          "user",
          "storage_driver",
          "log_driver");
  static final MetricFamily RUNNING =
      container(
          GAUGE, "container_running", "1 running (its process is there), 0 stopped or created.");
  static final MetricFamily START_TIME =
      container(GAUGE, "container_start_time_seconds", "Unix time of the last start, by Docker.");
  static final MetricFamily RESTARTS =
      container(
          COUNTER,
          "container_restarts_total",
          "Restarts by the restart policy, Docker's own count.");
  static final MetricFamily ROOTFS_READONLY =
      container(
          GAUGE,
          "rootfs_readonly",
          "1 if / is mounted read-only in the container's own mount table (per-mount options).");
  static final MetricFamily HARDENING =
      container(
          GAUGE,
          "hardening_check",
          "1 pass, 0 fail; absent if it does not apply or can't be read.",
          "check");
  static final MetricFamily WRITABLE_MOUNT =
      container(
          INFO,
          "writable_mount_info",
          "A mount that the container can write to, from its own mount table.",
          "path",
          "kind",
          "options");
  static final MetricFamily LAYER_BYTES =
      container(
          GAUGE,
          "writable_layer_bytes",
          "Disk allocated below the upperdir; measured when"
              + " bilgewatch_writable_layer_measured_timestamp_seconds says.");
  static final MetricFamily LAYER_APPARENT =
      container(
          GAUGE,
          "writable_layer_apparent_bytes",
          "Sum of file sizes below the upperdir, as docker ps -s shows; measured with the layer.");
  static final MetricFamily LAYER_INODES =
      container(GAUGE, "writable_layer_inodes", "Inodes of the upperdir, itself included.");
  static final MetricFamily LAYER_ENTRIES =
      container(
          GAUGE,
          "writable_layer_entries",
          "New entries, entries of the image that were copied up, and whiteouts.",
          "change");
  static final MetricFamily LAYER_EXECUTABLES =
      container(
          GAUGE,
          "writable_layer_executables",
          "Regular files with an execute bit that the image did not bring or that were modified.");
  static final MetricFamily LAYER_PATH_BYTES =
      container(
          GAUGE,
          "writable_layer_path_bytes",
          "Disk allocated below the ten largest directories of the layer.",
          "path");
  static final MetricFamily LAYER_LIMIT =
      container(GAUGE, "writable_layer_limit_bytes", "The layer's quota, where one is set.");
  static final MetricFamily LAYER_MEASURED =
      container(
          GAUGE,
          "writable_layer_measured_timestamp_seconds",
          "Unix time at which the layer's figures were true.");
  static final MetricFamily LAYER_SCAN =
      container(
          GAUGE,
          "writable_layer_scan_seconds",
          "CPU seconds that the last full measurement of the layer took.");
  static final MetricFamily LOG_BYTES =
      container(
          GAUGE,
          "container_log_bytes",
          "Docker's log files of the container; never part of the layer.");
  static final MetricFamily TMPFS_SIZE =
      tmpfs(
          "tmpfs_size_bytes", "What the tmpfs may hold, by statfs; absent where it is unlimited.");
  static final MetricFamily TMPFS_USED =
      tmpfs("tmpfs_used_bytes", "What the tmpfs holds, by statfs.");
  static final MetricFamily TMPFS_INODES = tmpfs("tmpfs_inodes", "Inodes that the tmpfs may hold.");
  static final MetricFamily TMPFS_INODES_USED =
      tmpfs("tmpfs_inodes_used", "Inodes that the tmpfs holds.");
  static final MetricFamily TMPFS_BOUNDED =
      tmpfs("tmpfs_bounded", "0 where nobody set a size (the kernel's default is half of RAM).");
  static final MetricFamily MEMORY_LIMIT =
      container(
          GAUGE,
          "memory_limit_bytes",
          "The tightest memory limit on the cgroup's path to the root; absent if none.");
  static final MetricFamily MEMORY_USAGE =
      container(GAUGE, "memory_usage_bytes", "What is charged to the memory cgroup.");
  static final MetricFamily MEMORY_SHMEM =
      container(
          GAUGE, "memory_shmem_bytes", "tmpfs and shared memory charged to the memory cgroup.");
  static final MetricFamily MEMORY_UNRECLAIMABLE =
      container(
          GAUGE,
          "memory_unreclaimable_bytes",
          "What the kernel can't free of the memory cgroup by dropping caches.");
  static final MetricFamily OOM_HEADROOM =
      container(
          GAUGE,
          "tmpfs_oom_headroom_bytes",
          "What the tmpfs mounts can still take before the OOM killer: the tightest of limit minus"
              + " unreclaimable, over the cgroup's ancestors and the host.");
  static final MetricFamily OOM_RISK =
      container(
          GAUGE,
          "tmpfs_oom_risk_ratio",
          "Free tmpfs room over headroom; above 1, filling the tmpfs ends in an OOM kill.");
  static final MetricFamily READING_MISSING =
      container(
          GAUGE,
          "reading_missing",
          "1 where a reading of the container failed, so that its figures are absent.",
          "reading",
          "cause");
  static final MetricFamily FILESYSTEM_SIZE =
      filesystem("filesystem_size_bytes", "Size of a file system under writable layers.");
  static final MetricFamily FILESYSTEM_AVAIL =
      filesystem(
          "filesystem_avail_bytes",
          "What an unprivileged writer can still take of the file system.");
  static final MetricFamily FILESYSTEM_INODES =
      filesystem(
          "filesystem_inodes", "Inodes of the file system; absent where it has no such bound.");
  static final MetricFamily FILESYSTEM_INODES_FREE =
      filesystem("filesystem_inodes_free", "Free inodes of the file system.");
  static final MetricFamily HOST_RISK =
      add(
          GAUGE,
          "host_tmpfs_oom_risk_ratio",
          "Free room of all tmpfs on the host over available memory and swap.",
          List.of());
  static final MetricFamily COLLECTOR_OUTCOME =
      collector(GAUGE, "collector_outcome", "How the last run went: one outcome is 1.", "outcome");
  static final MetricFamily COLLECTOR_DURATION =
      collector(GAUGE, "collector_duration_seconds", "What the last run took.");
  static final MetricFamily COLLECTOR_CPU =
      collector(COUNTER, "collector_cpu_seconds_total", "CPU time that all runs took.");
  static final MetricFamily COLLECTOR_SUCCESS =
      collector(
          GAUGE, "collector_last_success_timestamp_seconds", "Unix time of the last good run.");
  static final MetricFamily FOLDED =
      add(
          COUNTER,
          "folded_series_total",
          "Series that were left out or folded to keep label values bounded.",
          List.of("metric"));
  static final MetricFamily BUILD =
      add(INFO, "build_info", "The agent.", List.of("version", "revision", "java"));

  private Families() {}

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
