package io.bilgewatch.mount;

import io.bilgewatch.kernel.KernelPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which mounts a path can still reach. A mount that another one covers, on the same point or on a
 * directory above it, stays in the table. What covers what is told by the parent ids: the order of
 * lines is not the order of mounting.
 *
 * <p>What is stacked on {@code /} itself covers nothing: a process has its root by reference, and
 * looking up a path begins below whatever was mounted on it since (path_resolution(7)). Else one
 * mount there would hide all of a container's others.
 */
final class Visibility {
  private static final KernelPath ROOT = KernelPath.of("/");

  private record Place(int parentId, KernelPath mountPoint) {}

  private final Map<Integer, Mount> byId = new HashMap<>();
  private final Map<Place, Mount> byPlace = new HashMap<>();

  /** Whether a mount's own way is free, by its id: mounts can be stacked as deep as there are. */
  private final Map<Integer, Boolean> reached = new HashMap<>();

  Visibility(List<Mount> mounts) {
    for (Mount mount : mounts) {
      byId.put(mount.id(), mount);
    }
    for (Mount mount : mounts) {
      if (mount.parentId() != mount.id() && !isStackedOnRoot(mount)) {
        byPlace.put(new Place(mount.parentId(), mount.mountPoint()), mount);
      }
    }
  }

  boolean isVisible(Mount mount) {
    return !byPlace.containsKey(new Place(mount.id(), mount.mountPoint())) && isReached(mount);
  }

  private boolean isReached(Mount mount) {
    Set<Integer> way = new HashSet<>();
    Mount child = mount;
    boolean free = true;
    // Where the parent is not there, the process's view begins: it lies outside of its root.
    while (free && child != null && child.parentId() != child.id()) {
      Boolean known = reached.get(child.id());
      if (known != null) {
        free = known;
        break;
      }
      free = way.add(child.id()) && !isStackedOnRoot(child) && !isCoveredWithinParent(child);
      child = byId.get(child.parentId());
    }
    for (Integer id : way) {
      reached.put(id, free);
    }
    return free;
  }

  /**
   * The kernel lists only what is below the process's root, so the root's parent is never there.
   */
  private boolean isStackedOnRoot(Mount mount) {
    return mount.parentId() != mount.id()
        && mount.mountPoint().equals(ROOT)
        && byId.containsKey(mount.parentId());
  }

  /** Whether the way from the parent's root to the mount point enters another mount first. */
  private boolean isCoveredWithinParent(Mount child) {
    Mount parent = byId.get(child.parentId());
    KernelPath top = parent == null ? ROOT : parent.mountPoint();
    KernelPath point = child.mountPoint();
    for (int length = top.length(); length <= point.length(); length++) {
      if (isBoundary(point, length)) {
        KernelPath above = KernelPath.of(point.bytes(), 0, length);
        Mount there = byPlace.get(new Place(child.parentId(), above));
        if (there != null && there.id() != child.id()) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isBoundary(KernelPath point, int length) {
    return length == point.length() || length == 1 || point.at(length) == '/';
  }
}
