package io.bilgewatch.bench;

import com.sun.management.ThreadMXBean;
import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.metrics.DirectText.Dialect;
import io.bilgewatch.agent.metrics.HostMetrics;
import io.bilgewatch.agent.view.HostView;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What it costs to gather and to write the metrics of a view that was not written before, without
 * the network: CPU and allocation of the thread that does it, for as many containers as its
 * argument says.
 */
final class ExpositionBenchmark {
  private static final int WARM_UP = 500;
  private static final int ROUNDS = 200;

  private ExpositionBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int containers = Integer.parseInt(arguments[0]);
    HostView first = MadeUpHost.with(containers);
    AtomicReference<HostView> latest = new AtomicReference<>(first);
    HostMetrics metrics =
        new HostMetrics(
            () -> Optional.of(latest.get()),
            new HostMetrics.BuildInfo("bench", "none", Runtime.version().toString()),
            Configuration.defaults().metrics());
    long[] nanos = new long[ROUNDS];
    long[] bytes = new long[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      latest.set(MadeUpHost.later(first, round + WARM_UP));
      measure(metrics, Math.max(0, round), nanos, bytes);
    }
    Arrays.sort(nanos);
    Arrays.sort(bytes);
    System.out.printf(
        "exposition of %d containers: CPU p50 %.2f ms, p99 %.2f ms, %,d bytes allocated%n",
        containers, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS * 99 / 100] / 1e6, bytes[ROUNDS / 2]);
  }

  private static void measure(HostMetrics metrics, int round, long[] nanos, long[] bytes)
      throws IOException {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = thread.getCurrentThreadAllocatedBytes();
    long began = thread.getCurrentThreadCpuTime();
    metrics.writeTo(OutputStream.nullOutputStream(), Dialect.PROMETHEUS);
    nanos[round] = thread.getCurrentThreadCpuTime() - began;
    bytes[round] = thread.getCurrentThreadAllocatedBytes() - allocated;
  }
}
