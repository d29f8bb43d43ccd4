package io.bilgewatch.process;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.cgroup.ContainerCgroup;
import io.bilgewatch.kernel.KernelPath;
import java.util.Objects;

/** Whose process it is. What is not known is said to be unknown: a guess blames the wrong one. */
public sealed interface ProcessOwner {

  /**
   * @param id 64 hex digits, as the container's engine gave it; of whatever engine
   */
  record OfContainer(String id) implements ProcessOwner {
    public OfContainer {
      Objects.requireNonNull(id, "id");
    }
  }

  /** In no container. */
  record OfHost() implements ProcessOwner {}

  /**
   * @param why for people
   */
  record Unknown(String why) implements ProcessOwner {
    public Unknown {
      Objects.requireNonNull(why, "why");
    }
  }

  ProcessOwner HOST = new OfHost();

  /**
   * What the cgroups of a process say that was alive behind the reading of them, or was not.
   *
   * @param ending whether it had begun to end, so that {@code /} says nothing
   * @param firstNamespace whether the paths are read from the host's own cgroup namespace
   */
  static ProcessOwner of(CgroupMembership membership, boolean ending, boolean firstNamespace) {
    var id = membership.containerId();
    if (id.isPresent()) {
      return new OfContainer(id.get());
    }
    if (membership.entries().isEmpty()) {
      return new Unknown("in no cgroup");
    }
    if (membership.kind() != ContainerCgroup.Kind.NONE) {
      return new Unknown("in a container without an id");
    }
    if (ending) {
      return new Unknown("ended before it could be looked at");
    }
    return firstNamespace || isSeenFromOutside(membership)
        ? HOST
        : new Unknown("in the cgroup namespace of this program, which is not the host's");
  }

  /** Read from within another cgroup namespace, what lies outside of it begins so. */
  private static boolean isSeenFromOutside(CgroupMembership membership) {
    KernelPath parent = KernelPath.of("/..");
    return membership.entries().stream().anyMatch(entry -> entry.path().isAtOrBelow(parent));
  }
}
