package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WritableMount.Kind;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import java.util.Set;

/** What an engine mounts in every container, sealed ones too, and nobody need declare. */
final class EngineMounts {
  static final KernelPath SHARED_MEMORY = KernelPath.of("/dev/shm");

  /** What Docker gives it where nobody says otherwise; more is to be declared. */
  static final long SHARED_MEMORY_BYTES = 64L << 20;

  private static final KernelPath DEVICES = KernelPath.of("/dev");
  private static final Set<KernelPath> FILES =
      Set.of(
          KernelPath.of("/etc/hosts"),
          KernelPath.of("/etc/hostname"),
          KernelPath.of("/etc/resolv.conf"));

  private EngineMounts() {}

  /** Something of the user's own may be mounted in the place of each of them. */
  static boolean isOne(WritableMount mount, Observed observed) {
    if (observed.isAskedFor(mount.path())) {
      return false;
    }
    return mount.kind() == Kind.TMPFS
        ? mount.path().equals(DEVICES) || mount.path().equals(HostRoot.CGROUP)
        : mount.kind() == Kind.BIND && FILES.contains(mount.path());
  }
}
