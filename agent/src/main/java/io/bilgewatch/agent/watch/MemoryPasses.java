package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Reading;
import java.time.Duration;

/** Reads memory cgroups in passes, so that an ancestor that many share is read once a tick. */
final class MemoryPasses {
  private static final long LASTS_NANOS = Duration.ofMillis(500).toNanos();

  private final MemoryReader reader;

  /** A thread that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Pass> passes = new ThreadLocal<>();

  private record Pass(MemoryReader.Pass pass, long beganNanos) {}

  MemoryPasses(MemoryReader reader) {
    this.reader = reader;
  }

  Reading<MemoryUsage> read(Reading<MemoryCgroup> cgroup) {
    return switch (cgroup) {
      case Reading.Missing<MemoryCgroup> missing -> missing.as();
      case Reading.Present<MemoryCgroup>(MemoryCgroup found) -> pass().read(found);
    };
  }

  private MemoryReader.Pass pass() {
    Pass current = passes.get();
    long now = System.nanoTime();
    if (current == null || now - current.beganNanos() > LASTS_NANOS) {
      if (current != null) {
        current.pass().close();
      }
      current = new Pass(reader.pass(), now);
      passes.set(current);
    }
    return current.pass();
  }
}
