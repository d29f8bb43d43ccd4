package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WritableMount.Kind;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.docker.ContainerState.MountPoint;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The places beside the root that a container can write to, by its own mount table. Docker's
 * configuration only tells a volume from a bind.
 */
final class WritableMounts {
  /** File systems that are the kernel's interfaces: what is written there is stored nowhere. */
  private static final Set<String> INTERFACES =
      Set.of(
          "proc",
          "sysfs",
          "cgroup",
          "cgroup2",
          "devpts",
          "mqueue",
          "devtmpfs",
          "securityfs",
          "debugfs",
          "tracefs",
          "bpf",
          "pstore",
          "configfs",
          "fusectl",
          "hugetlbfs",
          "binfmt_misc",
          "nsfs",
          "selinuxfs",
          "efivarfs");

  private static final KernelPath ROOT = KernelPath.of("/");

  private WritableMounts() {}

  static List<WritableMount> of(MountTable table, ContainerState state) {
    return table.visible().stream()
        .filter(mount -> !mount.readOnly() && !mount.superReadOnly())
        .filter(mount -> !mount.mountPoint().equals(ROOT))
        // What an engine hides files of proc with is no place to write to.
        .filter(mount -> !mount.mountPoint().isAtOrBelow(HostRoot.PROC))
        .flatMap(mount -> kind(mount, state).map(kind -> writable(mount, kind)).stream())
        .toList();
  }

  private static WritableMount writable(Mount mount, Kind kind) {
    return new WritableMount(mount.mountPoint(), kind, mount.options(), mount.device());
  }

  private static Optional<Kind> kind(Mount mount, ContainerState state) {
    if (mount.fsType().equals("tmpfs")) {
      return Optional.of(Kind.TMPFS);
    }
    if (INTERFACES.contains(mount.fsType())) {
      return Optional.empty();
    }
    boolean volume =
        state.mountPoints().stream()
            .filter(point -> point.type().equals("volume"))
            .map(MountPoint::destination)
            .anyMatch(destination -> KernelPath.of(destination).equals(mount.mountPoint()));
    return Optional.of(volume ? Kind.VOLUME : Kind.BIND);
  }
}
