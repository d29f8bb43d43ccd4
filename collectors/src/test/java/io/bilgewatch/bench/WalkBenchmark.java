package io.bilgewatch.bench;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerMeasurement;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.OverlayAttributes;
import io.bilgewatch.overlay.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Walks trees in turns with {@code du -s} of them all, warm, and prints what each costs in CPU per
 * inode, and the ratio; and how long it takes with one thread, with two, and with du. Arguments: a
 * directory whose directories are the trees, and the number of rounds.
 */
final class WalkBenchmark {
  private WalkBenchmark() {}

  /** What walking them all took. */
  private record Round(long inodes, double cpuNanos, double wallNanos) {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    List<Path> trees;
    try (Stream<Path> all = Files.list(directory)) {
      trees = all.sorted().toList();
    }
    List<Round> ones = new ArrayList<>();
    List<Round> twos = new ArrayList<>();
    List<Round> dus = new ArrayList<>();
    try (ExecutorService one = Executors.newFixedThreadPool(1);
        ExecutorService two = Executors.newFixedThreadPool(2)) {
      for (int i = -3; i < rounds; i++) {
        Round single = walk(one, trees);
        Round pair = walk(two, trees);
        Round du = du(directory, single.inodes());
        if (i >= 0) {
          ones.add(single);
          twos.add(pair);
          dus.add(du);
        }
      }
    }
    double inodes = ones.getFirst().inodes();
    double walk = median(ones, Round::cpuNanos) / inodes;
    double du = median(dus, Round::cpuNanos) / inodes;
    System.out.printf(
        "walk: %.0f inodes, %.0f ns CPU an inode; du -s: %.0f ns; ratio %.2f%n",
        inodes, walk, du, walk / du);
    double wall = median(dus, Round::wallNanos);
    System.out.printf(
        "wall time to that of du -s: one thread %.2f, two threads %.2f%n",
        median(ones, Round::wallNanos) / wall, median(twos, Round::wallNanos) / wall);
  }

  /** Each thread of the pool has its own buffers, as the agent's have. */
  private static Round walk(ExecutorService threads, List<Path> trees) throws Exception {
    long start = System.nanoTime();
    List<Future<LayerUsage>> walks = new ArrayList<>();
    for (Path tree : trees) {
      walks.add(threads.submit(() -> measure(WALKS.get(), tree)));
    }
    long inodes = 0;
    double cpu = 0;
    for (Future<LayerUsage> walk : walks) {
      inodes += walk.get().inodes();
      cpu += walk.get().cpu().toNanos();
    }
    return new Round(inodes, cpu, System.nanoTime() - start);
  }

  /** They end with the program. */
  @SuppressWarnings("ThreadLocalUsage")
  private static final ThreadLocal<LayerWalk> WALKS =
      ThreadLocal.withInitial(() -> new LayerWalk(Budget.DEFAULT));

  private static LayerUsage measure(LayerWalk walk, Path tree) {
    return switch (walk.measure(
        KernelPath.of(tree.toString()), OverlayAttributes.TRUSTED, Pace.UNHINDERED)) {
      case Reading.Present<LayerMeasurement>(LayerMeasurement found) -> found.usage();
      case Reading.Missing<LayerMeasurement>(_, String detail) ->
          throw new IllegalStateException(detail);
    };
  }

  /** What du(1) took, user and system, by the shell's own account of its child. */
  private static Round du(Path tree, long inodes) throws IOException, InterruptedException {
    Path out = Files.createTempFile("du", ".times");
    try {
      Process process =
          new ProcessBuilder(
                  "bash",
                  "-c",
                  "TIMEFORMAT='%U %S %R'; time du -s \"$1\" >&2",
                  "du",
                  tree.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      process.waitFor();
      String[] times = Files.readAllLines(out).getLast().split(" ", -1);
      double cpu = Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
      return new Round(inodes, cpu * 1e9, Double.parseDouble(times[2]) * 1e9);
    } finally {
      Files.delete(out);
    }
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] values = rounds.stream().mapToDouble(figure).sorted().toArray();
    return values[values.length / 2];
  }
}
