package io.bilgewatch.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Where the watched host's file tree begins: {@code /} on the host itself, or the place it is bind
 * mounted at (such as {@code /host}) in a container. The one class that spells the kernel's and
 * Docker's well-known directories.
 */
public record HostRoot(Path root) {

  /** The host that this process runs on. */
  public static final HostRoot LIVE = new HostRoot(Path.of("/"));

  /** Where containers have their cgroups mounted, as they name it. */
  public static final KernelPath CGROUP = KernelPath.of("/sys/fs/cgroup");

  /** Where containers have the kernel's process interface, as they name it. */
  public static final KernelPath PROC = KernelPath.of("/proc");

  /** Where containers have the kernel's device interface, as they name it. */
  public static final KernelPath SYS = KernelPath.of("/sys");

  public HostRoot {
    Objects.requireNonNull(root, "root");
    root = root.toAbsolutePath().normalize();
  }

  /** A file of {@code /proc}, such as {@code proc("self", "mountinfo")}. */
  public Path proc(String... names) {
    return below("proc", names);
  }

  /** A file of one process below {@code /proc/<pid>}. */
  public Path process(int pid, String... names) {
    return below("proc/" + pid, names);
  }

  /** A file of {@code /sys}. */
  public Path sys(String... names) {
    return below("sys", names);
  }

  /** Where the control groups are mounted by every distribution: {@code /sys/fs/cgroup}. */
  public Path cgroup(String... names) {
    return below("sys/fs/cgroup", names);
  }

  /** The kernel's log, one record at a read: {@code Documentation/ABI/testing/dev-kmsg}. */
  public Path kmsg() {
    return below("dev/kmsg");
  }

  /** Where tracefs is mounted since Linux 4.1. */
  public Path tracefs(String... names) {
    return below("sys/kernel/tracing", names);
  }

  /** auditd's log where its configuration says nothing else (auditd.conf(5)). */
  public Path auditLog() {
    return below("var/log/audit/audit.log");
  }

  /**
   * Where the host's name stands, the best first. The kernel tells each process the name of its own
   * UTS namespace, which in a container is not the host's.
   */
  public List<Path> hostName() {
    Path kernels = proc("sys", "kernel", "hostname");
    return isLive() ? List.of(kernels) : List.of(below("etc/hostname"), kernels);
  }

  /** The Docker Engine's own configuration file. */
  public Path dockerDaemonJson() {
    return below("etc/docker/daemon.json");
  }

  /** The Docker Engine's data root where nothing says otherwise, as the host names it. */
  public Path defaultDockerDataRoot() {
    return Path.of("/var/lib/docker");
  }

  /** A path as the host names it (absolute), seen from here. */
  public Path host(Path absolute) {
    Path relative = Path.of("/").relativize(absolute.normalize());
    return root.resolve(relative);
  }

  /** Whether the host's tree begins at this process's own root. */
  public boolean isLive() {
    return root.getNameCount() == 0;
  }

  /** A path seen from here, as the host itself names it: the reverse of {@link #host}. */
  public Path asHostNames(Path seenFromHere) {
    return Path.of("/").resolve(root.relativize(seenFromHere));
  }

  private Path below(String first, String... names) {
    Path path = root.resolve(first);
    for (String name : names) {
      path = path.resolve(name);
    }
    return path;
  }
}
