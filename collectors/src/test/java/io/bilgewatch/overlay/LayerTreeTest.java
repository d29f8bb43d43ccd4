package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept up to date is what a fresh walk finds. */
class LayerTreeTest {
  private static final String IMAGE =
      """
      cd lower
      for d in a a/b a/b/c etc var var/log var/cache usr usr/bin; do
        mkdir $d; for f in 1 2 3; do head -c $((f * 1500)) /dev/zero > $d/$f; done; chmod 755 $d/3
      done
      """;

  /** For each of the eight seeds: 10,000 in all, which take half a minute. */
  private static final int SEQUENCES = 1_250;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void equalsAFreshWalkAfterRandomOperations(long seed) throws IOException {
    Random random = new Random(seed);
    int rightAtOnce = 0;
    int sequences = 0;
    while (sequences < SEQUENCES) {
      try (Lab lab = new Lab();
          LayerWalk walk = new LayerWalk(Budget.DEFAULT);
          TreeScan scan = new TreeScan(InstantSource.system())) {
        lab.sh(IMAGE);
        lab.mount("");
        LayerTree tree = new LayerTree(LayerTree.Limits.DEFAULT, new DirectoryRoom(10_000));
        Mischief mischief = new Mischief(lab.root.resolve("merged"), random, tree::written);
        finish(lab, tree, scan);
        for (int i = 0; i < 50; i++, sequences++) {
          List<String> done = new ArrayList<>();
          for (int n = 1 + random.nextInt(6); n > 0; n--) {
            done.add(mischief.once());
          }
          LayerUsage fresh = fresh(lab, walk);
          tree.checkDirectories(Instant.now());
          finish(lab, tree, scan);
          rightAtOnce += isSame(fresh, usage(tree)) ? 1 : 0;
          tree.readAll(Instant.now());
          finish(lab, tree, scan);
          assertSame(fresh, usage(tree), () -> "seed " + seed + " after " + done);
          tree.sums.verify();
        }
        assertEquals(0, lab.openDescriptors(), "open descriptors");
      }
    }
    System.out.printf(
        "seed %d: %d of %d right before everything was read%n", seed, rightAtOnce, sequences);
    assertTrue(rightAtOnce > sequences / 2);
  }

  /** In turns of no CPU time at all: each does a little. */
  private static void finish(Lab lab, LayerTree tree, TreeScan scan) {
    for (int turn = 0; tree.isPending(); turn++) {
      Reading<TreeScan.Turn> did =
          scan.advance(
              tree, lab.path(), OverlayAttributes.TRUSTED, Duration.ofSeconds(10), () -> {});
      assertTrue(did.isPresent(), did::toString);
      assertTrue(turn < 10, () -> "turns");
    }
  }

  private static LayerUsage fresh(Lab lab, LayerWalk walk) {
    return Lab.present(walk.measure(lab.path(), OverlayAttributes.TRUSTED, Pace.UNHINDERED))
        .usage();
  }

  private static LayerUsage usage(LayerTree tree) {
    return tree.measurement(true, Instant.EPOCH, true).orElseThrow().usage();
  }

  private static boolean isSame(LayerUsage a, LayerUsage b) {
    return figures(a).equals(figures(b));
  }

  private static void assertSame(
      LayerUsage fresh, LayerUsage kept, java.util.function.Supplier<String> what) {
    assertEquals(figures(fresh), figures(kept), what);
  }

  private static String figures(LayerUsage usage) {
    return "%d allocated, %d apparent, %d inodes, %s, %d deleted, %d executables"
        .formatted(
            usage.allocatedBytes(),
            usage.apparentBytes(),
            usage.inodes(),
            usage.changes(),
            usage.deletedEntries(),
            usage.executables());
  }
}
