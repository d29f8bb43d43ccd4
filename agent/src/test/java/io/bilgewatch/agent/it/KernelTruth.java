package io.bilgewatch.agent.it;

import io.bilgewatch.engine.PrivateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the kernel says of a container's first process, read as plainly as can be: no code of the
 * product's.
 */
record KernelTruth(int pid) {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  static KernelTruth of(PrivateEngine engine, String container) {
    return new KernelTruth(engine.inspect(container).at("/State/Pid").asInt());
  }

  /** One line of mountinfo, without paths that need unescaping. */
  record MountLine(String point, List<String> options, String type, String superOptions) {
    static MountLine of(String line) {
      String[] halves = line.split(" - ", 2);
      String[] first = halves[0].split(" ", -1);
      String[] second = halves[1].split(" ", -1);
      return new MountLine(first[4], List.of(first[5].split(",", -1)), second[0], second[2]);
    }
  }

  List<MountLine> mounts() {
    return read(Path.of("/proc", Integer.toString(pid), "mountinfo"))
        .lines()
        .map(MountLine::of)
        .toList();
  }

  MountLine root() {
    return mounts().stream().filter(mount -> mount.point().equals("/")).findFirst().orElseThrow();
  }

  /** The tmpfs mounts but those that an engine hides parts of /proc and /sys with. */
  Stream<MountLine> tmpfs() {
    return mounts().stream()
        .filter(mount -> mount.type().equals("tmpfs"))
        .filter(
            mount -> !mount.point().startsWith("/proc/") && !mount.point().equals("/sys/firmware"));
  }

  static boolean isCgroupV2() {
    return Files.exists(CGROUPS.resolve("cgroup.controllers"));
  }

  /** The directory of the process's memory cgroup. */
  Path memoryCgroup() {
    String prefix = isCgroupV2() ? "0::" : ":memory:";
    return cgroups()
        .filter(line -> line.contains(prefix))
        .map(line -> line.substring(line.indexOf(prefix) + prefix.length()))
        .map(path -> CGROUPS.resolve((isCgroupV2() ? "." : "memory") + path))
        .findFirst()
        .orElseThrow();
  }

  private Stream<String> cgroups() {
    return read(Path.of("/proc", Integer.toString(pid), "cgroup")).lines();
  }

  static long usage(Path cgroup) {
    return number(cgroup.resolve(isCgroupV2() ? "memory.current" : "memory.usage_in_bytes"));
  }

  static Path limitFile(Path cgroup) {
    return cgroup.resolve(isCgroupV2() ? "memory.max" : "memory.limit_in_bytes");
  }

  static long shmem(Path cgroup) {
    return stat(cgroup, isCgroupV2() ? "shmem" : "total_shmem");
  }

  /** Anonymous memory, shmem, and what the kernel holds for the group. */
  static long unreclaimable(Path cgroup) {
    return isCgroupV2()
        ? stat(cgroup, "anon")
            + stat(cgroup, "shmem")
            + stat(cgroup, "sock")
            + stat(cgroup, "kernel")
            - stat(cgroup, "slab_reclaimable")
        : stat(cgroup, "total_rss")
            + stat(cgroup, "total_shmem")
            + number(cgroup.resolve("memory.kmem.usage_in_bytes"));
  }

  private static long stat(Path cgroup, String key) {
    return read(cgroup.resolve("memory.stat"))
        .lines()
        .filter(line -> line.startsWith(key + " "))
        .map(line -> Long.parseLong(line.substring(key.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** A value in kB of /proc/meminfo, in bytes. */
  static long meminfo(String key) {
    return read(Path.of("/proc/meminfo"))
        .lines()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  static long number(Path file) {
    return Long.parseLong(read(file).strip());
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
