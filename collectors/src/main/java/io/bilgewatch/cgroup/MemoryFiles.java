package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * The memory controller's files in a cgroup's directory. {@code memory.high} and the soft limit
 * only slow a group down, so they are no limits here; version 1's memory-and-swap limit is never
 * below its memory limit.
 */
record MemoryFiles(MemoryCgroup.Version version, Name usage, Name limit, Name events) {

  /** A name as texts and as system calls have it. */
  record Name(String text, KernelPath path) {
    Name(String text) {
      this(text, KernelPath.of(text));
    }

    byte[] read(SmallFile file, KernelPath directory) throws IOException {
      return file.read(in(directory));
    }

    KernelPath in(KernelPath directory) {
      return directory.resolve(path);
    }
  }

  private static final MemoryFiles V1 =
      new MemoryFiles(
          MemoryCgroup.Version.V1,
          new Name("memory.usage_in_bytes"),
          new Name("memory.limit_in_bytes"),
          new Name("memory.oom_control"));
  private static final MemoryFiles V2 =
      new MemoryFiles(
          MemoryCgroup.Version.V2,
          new Name("memory.current"),
          new Name("memory.max"),
          new Name("memory.events"));
  private static final Name STAT = new Name("memory.stat");
  private static final Name KMEM = new Name("memory.kmem.usage_in_bytes");

  static MemoryFiles of(MemoryCgroup.Version version) {
    return switch (version) {
      case V1 -> V1;
      case V2 -> V2;
    };
  }

  MemoryStat stat(SmallFile file, KernelPath directory) throws IOException {
    byte[] text = STAT.read(file, directory);
    return switch (version) {
      case V1 -> MemoryStat.parseV1(text).plusKernel(kernelMemory(file, directory));
      case V2 -> MemoryStat.parseV2(text);
    };
  }

  long usage(SmallFile file, KernelPath directory) throws IOException {
    return CgroupValue.count(usage.text(), usage.read(file, directory));
  }

  Limit limit(SmallFile file, KernelPath directory) throws IOException {
    return CgroupValue.limit(limit.text(), limit.read(file, directory));
  }

  MemoryEvents events(SmallFile file, KernelPath directory) throws IOException {
    return MemoryEvents.parse(events.text(), events.read(file, directory));
  }

  /** Empty rather than an error: a count that can't be had must not take the other figures away. */
  OptionalLong oomKills(SmallFile file, KernelPath directory) {
    try {
      return events(file, directory).oomKills();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static long kernelMemory(SmallFile file, KernelPath directory) throws IOException {
    try {
      return CgroupValue.count(KMEM.text(), KMEM.read(file, directory));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        // A kernel without the file charges no kernel memory to cgroups: nothing is left out.
        return 0;
      }
      throw e;
    }
  }
}
