package io.bilgewatch.bench;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerMeasurement;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.OverlayAttributes;
import io.bilgewatch.overlay.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Walks a tree in turns with {@code du -s}, warm, and prints what each costs in CPU per inode, and
 * the ratio. Arguments: the tree, and the number of rounds.
 */
final class WalkBenchmark {
  private WalkBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path tree = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    List<Double> walks = new ArrayList<>();
    List<Double> dus = new ArrayList<>();
    long inodes = 0;
    try (LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
      for (int i = 0; i < 3; i++) {
        measure(walk, tree);
        du(tree);
      }
      for (int i = 0; i < rounds; i++) {
        LayerMeasurement found = measure(walk, tree);
        inodes = found.usage().inodes();
        walks.add(found.usage().cpu().toNanos() / (double) inodes);
        dus.add(du(tree) * 1e9 / inodes);
      }
    }
    double walk = median(walks);
    double du = median(dus);
    System.out.printf(
        "walk: %d inodes, %.0f ns CPU an inode; du -s: %.0f ns; ratio %.2f%n",
        inodes, walk, du, walk / du);
  }

  private static LayerMeasurement measure(LayerWalk walk, Path tree) {
    return switch (walk.measure(
        KernelPath.of(tree.toString()), OverlayAttributes.TRUSTED, Pace.UNHINDERED)) {
      case Reading.Present<LayerMeasurement>(LayerMeasurement found) -> found;
      case Reading.Missing<LayerMeasurement>(_, String detail) ->
          throw new IllegalStateException(detail);
    };
  }

  /** CPU seconds of du(1), user and system, by the shell's own account of its child. */
  private static double du(Path tree) throws IOException, InterruptedException {
    Path out = Files.createTempFile("du", ".times");
    try {
      Process process =
          new ProcessBuilder(
                  "bash", "-c", "TIMEFORMAT='%U %S'; time du -s \"$1\" >&2", "du", tree.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      process.waitFor();
      String[] times = Files.readAllLines(out).getLast().split(" ", -1);
      return Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
    } finally {
      Files.delete(out);
    }
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
