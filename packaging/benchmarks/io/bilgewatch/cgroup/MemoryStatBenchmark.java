package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** {@code memory.stat} of version 2, with as many lines as a kernel of today has. */
@State(Scope.Benchmark)
public class MemoryStatBenchmark {
  private final byte[] text = text();

  private static byte[] text() {
    StringBuilder lines = new StringBuilder();
    for (String name :
        List.of(
            "anon", "file", "kernel", "shmem", "sock", "slab_reclaimable", "slab_unreclaimable")) {
      lines.append(name).append(" 123456789\n");
    }
    for (int i = 0; i < 40; i++) {
      lines.append("workingset_something_").append(i).append(" 1234567\n");
    }
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Benchmark
  public MemoryStat version2() throws Malformed {
    return MemoryStat.parseV2(text);
  }
}
