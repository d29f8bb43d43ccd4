package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.cgroup.WatchedCgroup;
import io.bilgewatch.kernel.Reading;

/** Reads memory cgroups in passes, so that an ancestor that many share is read once a tick. */
final class MemoryPasses {
  private final MemoryReader reader;

  /** A thread that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Current> passes;

  /** The pass of one thread. */
  private static final class Current {
    final MemoryReader.Pass pass;
    long nanos;

    Current(MemoryReader.Pass pass) {
      this.pass = pass;
    }
  }

  /**
   * A cgroup that is to be read.
   *
   * @param anew whether something happened that its files may tell of
   * @param nanos of the look, by a monotonic clock: the cgroups of one look are one pass
   */
  record Target(Reading<WatchedCgroup> cgroup, boolean anew, long nanos) {}

  MemoryPasses(MemoryReader reader) {
    this.reader = reader;
    this.passes = ThreadLocal.withInitial(() -> new Current(reader.pass()));
  }

  WatchedCgroup watch(MemoryCgroup cgroup) {
    return reader.watch(cgroup);
  }

  Reading<MemoryUsage> read(Target target) {
    return target.cgroup() instanceof Reading.Present<WatchedCgroup>(WatchedCgroup found)
        ? found.read(pass(target.nanos()), target.nanos(), target.anew())
        : ((Reading.Missing<WatchedCgroup>) target.cgroup()).as();
  }

  private MemoryReader.Pass pass(long nanos) {
    Current current = passes.get();
    if (current.nanos != nanos) {
      current.pass.next();
      current.nanos = nanos;
    }
    return current.pass;
  }
}
