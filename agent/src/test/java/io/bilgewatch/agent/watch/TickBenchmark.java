package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.ConfigurationException;
import io.bilgewatch.agent.config.ConfigurationReader;
import io.bilgewatch.agent.config.Given;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.bench.MadeUpTree;
import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What one second of looking costs, without the walks of layers and without the threads that follow
 * logs: CPU time and allocation of a tick, by its parts. The seconds are made up, so that hundreds
 * of them pass in some.
 *
 * <pre>
 * TickBenchmark made-up CONTAINERS TICKS     files that are read in the place of a host's
 * TickBenchmark DATA-ROOT TICKS              this host, with the containers of that data root
 * </pre>
 */
final class TickBenchmark {
  /** Threads and allocations of each, beside what the interface has. */
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int WARM_UP = 150;

  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private final Map<String, Long> bytes = new LinkedHashMap<>();
  private final HostReader reader;
  private final LayerWatch layers;
  private final Judgement judgement;
  private final Transitions transitions = new Transitions();
  private final ContainerViews views = new ContainerViews(true);
  private Instant now = Instant.now();
  private long monotonic = System.nanoTime();
  private HostView view;

  private TickBenchmark(Configuration config) {
    HostRoot host = new HostRoot(config.host().root());
    reader = new HostReader(config, host, MemorySign.live(), () -> true, () -> now);
    layers =
        new LayerWatch(
            HostWatch.times(config.walk()),
            config.walk().maxEntries(),
            Duration.ofSeconds(30),
            new LayerTurns(config.walk().maxEntries(), () -> now),
            () -> now,
            _ -> {});
    judgement = new Judgement(config, () -> now, Optional.empty(), Optional.empty());
    judgement.start();
  }

  public static void main(String[] arguments) throws IOException, ConfigurationException {
    boolean madeUp = arguments[0].equals("made-up");
    Path tree = Files.createTempDirectory("bilgewatch-tick");
    try {
      if (madeUp) {
        MadeUpTree.write(tree, Integer.parseInt(arguments[1]));
      }
      TickBenchmark benchmark = new TickBenchmark(configuration(madeUp, tree, arguments));
      benchmark.run(Integer.parseInt(arguments[arguments.length - 1]));
      benchmark.close();
    } finally {
      delete(tree);
    }
  }

  private static Configuration configuration(boolean madeUp, Path tree, String[] arguments)
      throws ConfigurationException {
    return ConfigurationReader.read(
        List.of(
            madeUp
                ? Given.option("--host.root", "host.root", tree.toString())
                : Given.option("--docker.data-root", "docker.data-roots", List.of(arguments[0]))));
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void run(int ticks) {
    reader.findDataRoots();
    tick();
    layers.measureAll();
    for (int i = 0; i < WARM_UP; i++) {
      tick();
    }
    nanos.clear();
    bytes.clear();
    Map<String, Duration> before = collectors();
    for (int i = 0; i < ticks; i++) {
      tick();
    }
    Map<String, Double> micros = new LinkedHashMap<>();
    nanos.forEach((part, spent) -> micros.put(part, spent / 1e3 / ticks));
    collectors()
        .forEach((name, cpu) -> {
          long spent = cpu.minus(before.getOrDefault(name, Duration.ZERO)).toNanos();
          micros.put("collector " + name, spent / 1e3 / ticks);
        });
    int containers = view.containers().size();
    double all = micros.values().stream().mapToDouble(Double::doubleValue).sum();
    micros.forEach((part, spent) ->
        System.out.println(
            String.format(
                Locale.ROOT, "%-24s %9.1f us %9d bytes", part, spent, bytes(part) / ticks)));
    long allBytes = bytes.values().stream().mapToLong(Long::longValue).sum();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d containers: %.1f us CPU and %d bytes a tick, %.2f us a container, %.3f %% of a core",
            containers,
            all,
            allBytes / ticks,
            all / containers,
            all / 1e4));
  }

  private long bytes(String part) {
    return bytes.getOrDefault(part, 0L);
  }

  private Map<String, Duration> collectors() {
    Map<String, Duration> cpu = new LinkedHashMap<>();
    reader.statuses().forEach(status -> cpu.put(status.name(), status.cpu()));
    return cpu;
  }

  private void tick() {
    now = now.plusSeconds(1);
    monotonic += 1_000_000_000L;
    timed("reading", () -> reader.read(monotonic, false));
    timed(
        "layers",
        () -> {
          layers.watch(reader.layerTargets());
          return true;
        });
    Readings readings = timed("readings", () -> reader.readings(layers::usages));
    HostView read =
        timed(
            "composing",
            () -> new ViewComposer(readings, views).compose(now, Events.NONE, statuses()));
    view = timed("judging", () -> judgement.of(read, monotonic, reader.takeFresh()));
    timed(
        "problems",
        () -> {
          transitions.report(Problems.of(view));
          return true;
        });
  }

  private List<CollectorStatus> statuses() {
    List<CollectorStatus> all = new ArrayList<>(reader.statuses());
    all.addAll(judgement.statuses());
    return all;
  }

  /** CPU of this thread alone; what the collectors' threads spend, they say themselves. */
  private <T> T timed(String part, Supplier<T> work) {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long allocated = THREADS.getTotalThreadAllocatedBytes();
    T result = work.get();
    bytes.merge(part, THREADS.getTotalThreadAllocatedBytes() - allocated, Long::sum);
    nanos.merge(part, THREADS.getCurrentThreadCpuTime() - cpu, Long::sum);
    return result;
  }

  private void close() {
    reader.close();
    layers.close();
    judgement.close();
  }
}
