package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the directory of a process's memory cgroup. */
final class MemoryCgroupLocator {
  private static final KernelPath TOP = KernelPath.of("/");
  private static final KernelPath UP = KernelPath.of("/..");
  private static final KernelPath USE_HIERARCHY = KernelPath.of("memory.use_hierarchy");

  private final HostRoot host;
  private final CgroupMounts mounts;

  MemoryCgroupLocator(HostRoot host) {
    this.host = host;
    this.mounts = new CgroupMounts(host);
  }

  Reading<MemoryCgroup> locate(int pid) {
    try {
      return locate(CgroupMembership.parse(KernelFile.read(host.process(pid, "cgroup"))));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  Reading<MemoryCgroup> locate(CgroupMembership membership) {
    Optional<KernelPath> v1 = membership.v1Path("memory");
    Optional<KernelPath> path = v1.or(membership::v2Path);
    if (path.isEmpty()) {
      return Reading.missing(Reading.Cause.UNSUPPORTED, "this kernel has no memory controller");
    }
    if (path.get().equals(TOP)) {
      return Reading.missing(
          v1.isPresent() ? Reading.Cause.VANISHED : Reading.Cause.NOT_APPLICABLE,
          "in the root cgroup: a process that is ending, or one of the host");
    }
    return (v1.isPresent() ? mounts.v1() : mounts.v2())
        .map(hierarchy -> within(hierarchy, path.get()))
        .orElseGet(
            () -> Reading.missing(Reading.Cause.UNSUPPORTED, "no memory cgroup is mounted here"));
  }

  private static Reading<MemoryCgroup> within(CgroupMounts.Hierarchy hierarchy, KernelPath path) {
    KernelPath root = hierarchy.root();
    Optional<KernelPath> inside = below(path, root);
    if (inside.isEmpty()) {
      return Reading.missing(
          Reading.Cause.UNSUPPORTED,
          path
              + " lies outside of what is mounted here ("
              + root
              + "): share the host's cgroup"
              + " namespace (--cgroupns=host)");
    }
    KernelPath below = inside.get();
    return Reading.of(
        new MemoryCgroup(
            hierarchy.version(),
            path.toString(),
            join(hierarchy.directory(), below),
            ancestors(hierarchy, below)));
  }

  /** The path from the mounted cgroup on; empty where it lies outside of that. */
  private static Optional<KernelPath> below(KernelPath path, KernelPath root) {
    if (!path.isAtOrBelow(root)) {
      return Optional.empty();
    }
    int from = root.equals(TOP) ? 0 : root.length();
    KernelPath below = KernelPath.of(path.bytes(), from, path.length());
    return below.isAtOrBelow(UP) ? Optional.empty() : Optional.of(below);
  }

  /** Nearest first; ends where version 1 does not hand limits down. */
  private static List<KernelPath> ancestors(CgroupMounts.Hierarchy hierarchy, KernelPath below) {
    List<KernelPath> ancestors = new ArrayList<>();
    try (SmallFile file = new SmallFile()) {
      for (int i = below.length() - 1; i >= 0; i--) {
        if (below.at(i) != '/' || (i == 0 && hierarchy.root().equals(TOP))) {
          continue;
        }
        KernelPath above = join(hierarchy.directory(), KernelPath.of(below.bytes(), 0, i));
        if (hierarchy.version() == MemoryCgroup.Version.V1 && !handsDown(file, above)) {
          break;
        }
        ancestors.add(above);
      }
    }
    return ancestors;
  }

  private static boolean handsDown(SmallFile file, KernelPath directory) {
    try {
      byte[] text = file.read(directory.resolve(USE_HIERARCHY));
      return text.length == 0 || text[0] != '0';
    } catch (IOException e) {
      // Gone since every hierarchy hands down (Linux 5.11 made 1 the only value).
      return true;
    }
  }

  private static KernelPath join(KernelPath directory, KernelPath absolute) {
    int from = 0;
    while (from < absolute.length() && absolute.at(from) == '/') {
      from++;
    }
    return from == absolute.length()
        ? directory
        : directory.resolve(KernelPath.of(absolute.bytes(), from, absolute.length()));
  }
}
