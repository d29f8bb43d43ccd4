package io.bilgewatch.mount;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All mounts that a process sees, in the kernel's order.
 *
 * @param visible those that are not covered by others, in the kernel's order
 * @param malformedLines how many lines were left out because they were not understood
 * @param firstMalformed the evidence for the first of them
 */
public record MountTable(
    List<Mount> mounts,
    List<Mount> visible,
    int malformedLines,
    Optional<Malformed> firstMalformed) {

  private static final KernelPath ROOT = KernelPath.of("/");

  public MountTable {
    mounts = List.copyOf(mounts);
    visible = List.copyOf(visible);
  }

  public MountTable(List<Mount> mounts) {
    this(mounts, 0, Optional.empty());
  }

  /** Finds out once what is visible: a table is read seldom, and asked each second. */
  public MountTable(List<Mount> mounts, int malformedLines, Optional<Malformed> firstMalformed) {
    this(mounts, visible(mounts), malformedLines, firstMalformed);
  }

  private static List<Mount> visible(List<Mount> mounts) {
    Visibility visibility = new Visibility(mounts);
    return mounts.stream().filter(visibility::isVisible).toList();
  }

  /** Keeps what is understood of a mountinfo file: one odd line does not hide the others. */
  public static MountTable parse(byte[] text) {
    List<Mount> mounts = new ArrayList<>();
    List<Malformed> malformed = new ArrayList<>();
    for (int from = 0; from < text.length; ) {
      int to = MountInfo.endOfLine(text, from);
      try {
        mounts.add(MountInfo.line(text, from, to));
      } catch (Malformed e) {
        malformed.add(e);
      }
      from = to + 1;
    }
    return new MountTable(mounts, malformed.size(), malformed.stream().findFirst());
  }

  /**
   * What the process has as its {@code /}, whatever was mounted over it since; empty where that is
   * not the root of a mount.
   */
  public Optional<Mount> root() {
    return topmost(ROOT);
  }

  /** The mount that is seen at this very point, the last one stacked there. */
  public Optional<Mount> topmost(KernelPath mountPoint) {
    return visible.stream()
        .filter(mount -> mount.mountPoint().equals(mountPoint))
        .reduce((_, last) -> last);
  }

  /** The visible tmpfs mounts. */
  public List<Mount> tmpfs() {
    return visible.stream().filter(Mount::isTmpfs).toList();
  }

  /**
   * The tmpfs file systems that a process sees, one mount for each: one that can be written to
   * rather than one that can't, then where it is mounted whole, then the first. Leaves out what
   * engines put over files and directories of {@code /proc} and {@code /sys} to hide them: device
   * files of the container's own {@code /dev}, and empty read-only mounts.
   */
  public List<Mount> tmpfsFileSystems() {
    Map<String, Mount> byDevice = new LinkedHashMap<>();
    for (Mount mount : tmpfs()) {
      if (!takesNoWrites(mount) || !isOfTheKernel(mount.mountPoint())) {
        byDevice.merge(mount.device(), mount, (a, b) -> rank(b) < rank(a) ? b : a);
      }
    }
    return List.copyOf(byDevice.values());
  }

  private static int rank(Mount mount) {
    return (takesNoWrites(mount) ? 2 : 0) + (mount.root().equals(ROOT) ? 0 : 1);
  }

  private static boolean takesNoWrites(Mount mount) {
    return mount.readOnly() || mount.superReadOnly();
  }

  private static boolean isOfTheKernel(KernelPath path) {
    return path.isAtOrBelow(HostRoot.PROC) || path.isAtOrBelow(HostRoot.SYS);
  }

  /** The mount of this id, as {@code stx_mnt_id} of statx(2) names it. */
  public Optional<Mount> byId(long id) {
    return mounts.stream().filter(mount -> mount.id() == id).findFirst();
  }

  /** The mount that a path lies on, by the names alone: the visible one with the longest point. */
  public Optional<Mount> containing(KernelPath path) {
    return visible.stream()
        .filter(mount -> path.isAtOrBelow(mount.mountPoint()))
        .reduce((a, b) -> b.mountPoint().length() >= a.mountPoint().length() ? b : a);
  }
}
