package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;

/**
 * The memory controller's files in a cgroup's directory. {@code memory.high} and the soft limit
 * only slow a group down, so they are no limits here; version 1's memory-and-swap limit is never
 * below its memory limit.
 */
record MemoryFiles(
    MemoryCgroup.Version version, KernelPath usage, KernelPath limit, KernelPath events) {
  private static final MemoryFiles V1 =
      new MemoryFiles(
          MemoryCgroup.Version.V1,
          KernelPath.of("memory.usage_in_bytes"),
          KernelPath.of("memory.limit_in_bytes"),
          KernelPath.of("memory.oom_control"));
  private static final MemoryFiles V2 =
      new MemoryFiles(
          MemoryCgroup.Version.V2,
          KernelPath.of("memory.current"),
          KernelPath.of("memory.max"),
          KernelPath.of("memory.events"));
  private static final KernelPath STAT = KernelPath.of("memory.stat");
  private static final KernelPath KMEM = KernelPath.of("memory.kmem.usage_in_bytes");

  static MemoryFiles of(MemoryCgroup.Version version) {
    return switch (version) {
      case V1 -> V1;
      case V2 -> V2;
    };
  }

  MemoryStat stat(SmallFile file, KernelPath directory) throws IOException {
    byte[] text = file.read(directory.resolve(STAT));
    return switch (version) {
      case V1 -> MemoryStat.parseV1(text).plusKernel(kernelMemory(file, directory));
      case V2 -> MemoryStat.parseV2(text);
    };
  }

  long usage(SmallFile file, KernelPath directory) throws IOException {
    return CgroupValue.count(usage.toString(), file.read(directory.resolve(usage)));
  }

  Limit limit(SmallFile file, KernelPath directory) throws IOException {
    return CgroupValue.limit(limit.toString(), file.read(directory.resolve(limit)));
  }

  MemoryEvents events(SmallFile file, KernelPath directory) throws IOException {
    return MemoryEvents.parse(events.toString(), file.read(directory.resolve(events)));
  }

  private static long kernelMemory(SmallFile file, KernelPath directory) throws IOException {
    try {
      return CgroupValue.count(KMEM.toString(), file.read(directory.resolve(KMEM)));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        // A kernel without the file charges no kernel memory to cgroups: nothing is left out.
        return 0;
      }
      throw e;
    }
  }
}
