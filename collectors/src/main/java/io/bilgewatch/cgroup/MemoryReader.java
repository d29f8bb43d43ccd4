package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads what memory cgroups hold. {@link #locate} once for each start of a container, then in each
 * tick one {@link Pass} over all of them, which reads an ancestor that they share once.
 */
public final class MemoryReader {
  private final MemoryCgroupLocator locator;

  public MemoryReader(HostRoot host) {
    this.locator = new MemoryCgroupLocator(host);
  }

  /** Where the process's memory cgroup is; vanished for a process that is ending. */
  public Reading<MemoryCgroup> locate(int pid) {
    return locator.locate(pid);
  }

  /** One cgroup alone. */
  public Reading<MemoryUsage> read(MemoryCgroup cgroup) {
    try (Pass pass = pass()) {
      return pass.read(cgroup);
    }
  }

  public Pass pass() {
    return new Pass();
  }

  /** One tick's look at many cgroups. Not for several threads. */
  public static final class Pass implements AutoCloseable {
    private final SmallFile file = new SmallFile();
    private final Map<KernelPath, Level> ancestors = new HashMap<>();

    private Pass() {}

    /**
     * Missing as vanished where the cgroup is gone, as unsupported where it has no memory
     * controller. A file that can't be read never counts as no limit.
     */
    public Reading<MemoryUsage> read(MemoryCgroup cgroup) {
      MemoryFiles files = MemoryFiles.of(cgroup.version());
      try {
        long usage = files.usage(file, cgroup.directory());
        MemoryStat stat = files.stat(file, cgroup.directory());
        Level level = Level.of(limit(files, cgroup, stat), stat.unreclaimableBytes());
        for (KernelPath ancestor : cgroup.ancestors()) {
          level = level.below(ancestor(files, ancestor));
        }
        return Reading.of(
            new MemoryUsage(
                cgroup.path(),
                level.limit(),
                usage,
                stat.shmemBytes(),
                stat.unreclaimableBytes(),
                level.headroomBytes(),
                files.oomKills(file, cgroup.directory())));
      } catch (IOException e) {
        return failed(cgroup, e);
      }
    }

    /** How often the OOM killer came. */
    public Reading<MemoryEvents> events(MemoryCgroup cgroup) {
      MemoryFiles files = MemoryFiles.of(cgroup.version());
      try {
        return Reading.of(files.events(file, cgroup.directory()));
      } catch (IOException e) {
        return failed(cgroup, e);
      }
    }

    /**
     * Version 1 tells the tightest limit of all levels with the rest, which saves a file: where an
     * ancestor's is tighter, that ancestor holds at least as much as this cgroup, so the least room
     * is the same as with this cgroup's own limit.
     */
    private Limit limit(MemoryFiles files, MemoryCgroup cgroup, MemoryStat stat)
        throws IOException {
      return stat.hierarchicalLimit().isPresent()
          ? stat.hierarchicalLimit().get()
          : files.limit(file, cgroup.directory());
    }

    private Level ancestor(MemoryFiles files, KernelPath directory) throws IOException {
      Level known = ancestors.get(directory);
      if (known != null) {
        return known;
      }
      Limit limit = files.limit(file, directory);
      Level level =
          limit instanceof Limit.Bytes
              ? Level.of(limit, files.stat(file, directory).unreclaimableBytes())
              : Level.UNLIMITED;
      ancestors.put(directory, level);
      return level;
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private static <T> Reading<T> failed(MemoryCgroup cgroup, IOException error) {
    boolean absent = error instanceof ErrnoException e && e.errno() == Errno.ENOENT;
    if (absent && Files.isDirectory(Path.of(cgroup.directory().toString()))) {
      return Reading.missing(
          Reading.Cause.UNSUPPORTED, "no memory controller in this cgroup: " + error.getMessage());
    }
    return Reading.failed(error);
  }
}
