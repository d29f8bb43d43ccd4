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

  /** Where it is by what was read of the process already. */
  public Reading<MemoryCgroup> locate(CgroupMembership membership) {
    return locator.locate(membership);
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

  /** To be looked at again and again, in one pass after another. */
  public WatchedCgroup watch(MemoryCgroup cgroup) {
    return new WatchedCgroup(cgroup);
  }

  /** Looks at many cgroups. Not for several threads. */
  public static final class Pass implements AutoCloseable {
    private final SmallFile file = new SmallFile();
    private final Map<KernelPath, Level> ancestors = new HashMap<>();

    private Pass() {}

    /** Begins the next pass: what was read of ancestors in the one before does not count. */
    public void next() {
      ancestors.clear();
    }

    /**
     * Missing as vanished where the cgroup is gone, as unsupported where it has no memory
     * controller. A file that can't be read never counts as no limit.
     */
    public Reading<MemoryUsage> read(MemoryCgroup cgroup) {
      return new WatchedCgroup(cgroup).read(this, 0, true);
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

    SmallFile file() {
      return file;
    }

    /** Both limits and rooms of all above together; an ancestor that many share is read once. */
    Level above(MemoryCgroup cgroup, MemoryFiles files) throws IOException {
      Level level = Level.UNLIMITED;
      for (KernelPath ancestor : cgroup.ancestors()) {
        level = level.below(ancestor(files, ancestor));
      }
      return level;
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

  static <T> Reading<T> failed(MemoryCgroup cgroup, IOException error) {
    boolean absent = error instanceof ErrnoException e && e.errno() == Errno.ENOENT;
    if (absent && Files.isDirectory(Path.of(cgroup.directory().toString()))) {
      return Reading.missing(
          Reading.Cause.UNSUPPORTED, "no memory controller in this cgroup: " + error.getMessage());
    }
    return Reading.failed(error);
  }
}
