package io.bilgewatch.bench;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.simulation.Signal;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one measurement and the look at its history cost, for histories of six hours that are quiet,
 * grow, leak, or look like a saw. Argument: the number of rounds.
 */
final class GrowthBenchmark {
  private static final int HISTORY_SECONDS = 6 * 3600;

  /** CPU time: other work on the machine is none of its cost. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private GrowthBenchmark() {}

  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[0]);
    Map<String, Signal> signals = new LinkedHashMap<>();
    signals.put("idle", Signal.noise(1, 16384).plus(Signal.constant(Signal.MB)));
    signals.put("noise", Signal.noise(2, 5 * Signal.MB).plus(Signal.constant(50 * Signal.MB)));
    signals.put("growth", Signal.ramp(0, 100_000));
    signals.put("leak", Signal.ramp(0, 1000).plus(Signal.noise(3, Signal.MB)));
    signals.put("saw", Signal.saw(60, 20 * Signal.MB));
    signals.put("irregular saw", Signal.irregularSaw(4, 600, 20 * Signal.MB));
    for (int round = 0; round < rounds; round++) {
      signals.forEach(GrowthBenchmark::measure);
    }
  }

  private static void measure(String name, Signal signal) {
    Histories histories = new Histories(Duration.ofMinutes(10), Duration.ofHours(6), 10);
    SeriesKey key = SeriesKey.layer("measured");
    for (int second = 0; second < HISTORY_SECONDS; second++) {
      histories.add(key, second * 1_000_000_000L, (long) Math.max(0, signal.at(second)));
    }
    int looks = 10_000;
    long[] bytes = new long[looks];
    for (int i = 0; i < looks; i++) {
      bytes[i] = (long) Math.max(0, signal.at(HISTORY_SECONDS + i));
    }
    long before = THREADS.getCurrentThreadCpuTime();
    int present = 0;
    for (int i = 0; i < looks; i++) {
      long now = (HISTORY_SECONDS + i) * 1_000_000_000L;
      histories.add(key, now, bytes[i]);
      present += histories.trend(key, now).isPresent() ? 1 : 0;
    }
    double micros = (THREADS.getCurrentThreadCpuTime() - before) / 1e3 / looks;
    System.out.printf("%-14s %6.1f us CPU a look (%d looks)%n", name, micros, present);
  }
}
