package io.bilgewatch.bench;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.OverlayAttributes;
import io.bilgewatch.overlay.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A full walk, warm: the time is that of an inode. */
@State(Scope.Thread)
public class LayerWalkBenchmark {
  private static final int DIRECTORIES = 100;
  private static final int FILES_EACH = 100;

  private Path tree;
  private LayerWalk walk;

  @Setup
  public void make() throws IOException {
    tree = Files.createTempDirectory("bilgewatch-jmh-");
    for (int d = 0; d < DIRECTORIES; d++) {
      Path directory = Files.createDirectory(tree.resolve("d" + d));
      for (int f = 1; f < FILES_EACH; f++) {
        Files.createFile(directory.resolve("f" + f));
      }
    }
    walk = new LayerWalk(Budget.DEFAULT);
  }

  @Benchmark
  @OperationsPerInvocation(DIRECTORIES * FILES_EACH)
  public Object walk() {
    return walk.measure(KernelPath.of(tree.toString()), OverlayAttributes.TRUSTED, Pace.UNHINDERED);
  }

  @TearDown
  public void remove() throws IOException {
    walk.close();
    try (Stream<Path> all = Files.walk(tree)) {
      all.sorted(Comparator.reverseOrder()).forEach(LayerWalkBenchmark::delete);
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
