package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where the memory controller's hierarchies are mounted, seen from here. What was found is kept;
 * what was not is looked for again.
 */
final class CgroupMounts {
  /**
   * @param directory the mount point, seen from here
   * @param root the cgroup that is mounted there, {@code /} but in nested engines
   */
  record Hierarchy(MemoryCgroup.Version version, KernelPath directory, KernelPath root) {}

  private static final KernelPath TOP = KernelPath.of("/");

  private final HostRoot host;
  private volatile Optional<Hierarchy> v1 = Optional.empty();
  private volatile Optional<Hierarchy> v2 = Optional.empty();

  CgroupMounts(HostRoot host) {
    this.host = host;
  }

  Optional<Hierarchy> v1() {
    if (v1.isEmpty()) {
      v1 =
          find(
              MemoryCgroup.Version.V1,
              mount -> mount.fsType().equals("cgroup") && !mount.superOption("memory").isEmpty(),
              List.of(host.cgroup("memory")),
              "memory.stat");
    }
    return v1;
  }

  Optional<Hierarchy> v2() {
    if (v2.isEmpty()) {
      v2 =
          find(
              MemoryCgroup.Version.V2,
              mount -> mount.fsType().equals("cgroup2"),
              List.of(host.cgroup(), host.cgroup("unified")),
              "cgroup.procs");
    }
    return v2;
  }

  private Optional<Hierarchy> find(
      MemoryCgroup.Version version, Predicate<Mount> wanted, List<Path> usual, String proof) {
    MountTable table =
        new MountTableReader(host).readOwn().optional().orElseGet(() -> new MountTable(List.of()));
    Stream<Hierarchy> mounted =
        table.visible().stream()
            .filter(wanted)
            // The whole hierarchy rather than a part of it; the host's rather than a container's.
            .sorted(
                Comparator.comparing((Mount mount) -> !mount.root().equals(TOP))
                    .thenComparing(mount -> !isBelowHost(mount.mountPoint())))
            .map(mount -> new Hierarchy(version, seen(mount.mountPoint()), mount.root()));
    Stream<Hierarchy> assumed =
        usual.stream().map(path -> new Hierarchy(version, KernelPath.of(path.toString()), TOP));
    return Stream.concat(mounted, assumed)
        .filter(hierarchy -> Files.exists(Path.of(hierarchy.directory() + "/" + proof)))
        .findFirst();
  }

  private KernelPath seen(KernelPath mountPoint) {
    return isBelowHost(mountPoint)
        ? mountPoint
        : KernelPath.of(host.host(Path.of(mountPoint.toString())).toString());
  }

  private boolean isBelowHost(KernelPath mountPoint) {
    return mountPoint.isAtOrBelow(KernelPath.of(host.root().toString()));
  }
}
