package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.cgroup.WatchedCgroup;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;

/** Reads memory cgroups in passes, so that an ancestor that many share is read once a tick. */
final class MemoryPasses {
  private static final long LASTS_NANOS = Duration.ofMillis(500).toNanos();

  private final MemoryReader reader;

  /** A thread that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Current> passes;

  /** The pass of one thread. */
  private static final class Current {
    final MemoryReader.Pass pass;
    long beganNanos = System.nanoTime();

    Current(MemoryReader.Pass pass) {
      this.pass = pass;
    }
  }

  /**
   * A cgroup that is to be read.
   *
   * @param anew whether something happened that its files may tell of
   */
  record Target(Reading<WatchedCgroup> cgroup, boolean anew) {}

  MemoryPasses(MemoryReader reader) {
    this.reader = reader;
    this.passes = ThreadLocal.withInitial(() -> new Current(reader.pass()));
  }

  WatchedCgroup watch(MemoryCgroup cgroup) {
    return reader.watch(cgroup);
  }

  Reading<MemoryUsage> read(Target target) {
    return switch (target.cgroup()) {
      case Reading.Missing<WatchedCgroup> missing -> missing.as();
      case Reading.Present<WatchedCgroup>(WatchedCgroup found) -> {
        long now = System.nanoTime();
        yield found.read(pass(now), now, target.anew());
      }
    };
  }

  private MemoryReader.Pass pass(long now) {
    Current current = passes.get();
    if (now - current.beganNanos > LASTS_NANOS) {
      current.pass.next();
      current.beganNanos = now;
    }
    return current.pass;
  }
}
