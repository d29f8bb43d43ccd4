package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import java.util.List;

/**
 * Where a process's memory cgroup is. Stays right until the process is moved, which engines don't;
 * so it is found once for each start of a container.
 *
 * @param path within the hierarchy, such as {@code /docker/<id>}
 * @param directory seen from here
 * @param ancestors the directories above whose limits hold here too, nearest first, without the
 *     hierarchy's root, which has none
 */
public record MemoryCgroup(
    Version version, String path, KernelPath directory, List<KernelPath> ancestors) {

  /** Of the memory controller's hierarchy. */
  public enum Version {
    V1,
    V2
  }

  public MemoryCgroup {
    ancestors = List.copyOf(ancestors);
  }
}
