package io.bilgewatch.tmpfs;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import java.util.OptionalLong;

/**
 * What statfs(2) says of one tmpfs mount of a container.
 *
 * @param device major:minor, the identity of the file system: mounts that share it are one tmpfs
 * @param size what it may hold; unlimited for {@code size=0}
 * @param usedBytes absent where the kernel does not count ({@code size=0})
 * @param inodes how many it may hold; empty where unlimited
 * @param inodesUsed empty where the kernel does not count
 * @param bounded whether somebody set a size (the kernel's default is half of RAM)
 */
public record TmpfsUsage(
    KernelPath mountPoint,
    String device,
    Limit size,
    OptionalLong usedBytes,
    OptionalLong inodes,
    OptionalLong inodesUsed,
    boolean bounded,
    boolean readOnly) {

  /** The same with a use that was found otherwise, where the kernel does not count. */
  public TmpfsUsage withUsedBytes(long bytes) {
    return new TmpfsUsage(
        mountPoint, device, size, OptionalLong.of(bytes), inodes, inodesUsed, bounded, readOnly);
  }

  /**
   * Whether it is where an engine mounts version 1 cgroups: a tmpfs of half of RAM that some
   * engines leave writable in every container, sealed ones too, and that no option bounds. It is
   * shown, but it does not make every container of the host one at risk.
   */
  public boolean isEngines() {
    return mountPoint.equals(HostRoot.CGROUP);
  }

  /** Whether the container can fill it: it may write there, and the mount is its own. */
  public boolean isFillable() {
    return !readOnly && !isEngines();
  }

  /** What it may still take by its own size, in bytes; infinite where it has none. */
  public double roomBytes() {
    return size instanceof Limit.Bytes(long most)
        ? Math.max(0, most - usedBytes.orElse(0))
        : Double.POSITIVE_INFINITY;
  }
}
