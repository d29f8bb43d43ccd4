package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A container works against the walk while it runs. */
class HostileLayerTest {
  /** Allocated, not sparse: seen once, it would outweigh everything else. */
  private static final long SECRET_BYTES = 512L << 20;

  private static final Duration WHILE = Duration.ofSeconds(4);

  @Test
  void neverCountsWhatStandsOutsideWhileDirectoriesAreSwappedForLinks() throws Exception {
    try (Lab lab = new Lab()) {
      makeSecretAndTree(lab);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong swaps = new AtomicLong();
      Thread renamer = Thread.ofPlatform().name("renamer").start(() -> swap(lab.root, stop, swaps));
      long walks = 0;
      long moved = 0;
      long end = System.nanoTime() + WHILE.toNanos();
      try (LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
        while (System.nanoTime() < end) {
          LayerMeasurement found =
              Lab.present(walk.measure(lab.path(), OverlayAttributes.TRUSTED, Pace.UNHINDERED));
          assertTrue(found.usage().allocatedBytes() < SECRET_BYTES, found::toString);
          assertTrue(found.usage().apparentBytes() < SECRET_BYTES, found::toString);
          found.shortfall().ifPresent(reason -> assertEquals(Shortfall.MOVED, reason));
          moved += found.shortfall().isPresent() ? 1 : 0;
          walks++;
        }
      } finally {
        stop.set(true);
        renamer.join();
      }
      System.out.printf("%d walks, %d given up, %d swaps%n", walks, moved, swaps.get());
      assertTrue(swaps.get() > 1000 && walks > 10, "nothing was raced");
      assertEquals(0, lab.openDescriptors(), "open descriptors");
    }
  }

  private static void makeSecretAndTree(Lab lab) throws IOException {
    lab.sh("mkdir secret; fallocate -l " + SECRET_BYTES + " secret/file; mkdir -p secret/m/m");
    lab.sh(
        "cd upper; mkdir aside; for i in {1..4}; do ( mkdir t$i; cd t$i; for l in {1..60}; do"
            + " echo x > f; mkdir m s; echo y > s/g; cd m; done ); done");
  }

  /** Moves a directory away, puts a link to the secret in its place, and takes both back. */
  private static void swap(Path root, AtomicBoolean stop, AtomicLong swaps) {
    Random random = new Random(7);
    Path secret = root.resolve("secret");
    Path aside = root.resolve("upper/aside/here");
    while (!stop.get()) {
      Path victim = root.resolve("upper/t" + (1 + random.nextInt(4)));
      for (int level = random.nextInt(55); level > 0; level--) {
        victim = victim.resolve("m");
      }
      try {
        Files.move(victim, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.createSymbolicLink(victim, secret);
        Files.delete(victim);
        Files.move(aside, victim, StandardCopyOption.ATOMIC_MOVE);
        swaps.incrementAndGet();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The kernel said "directory" for all of them; then each becomes a link before it is opened. */
  @Test
  void aDirectoryThatBecameALinkSinceItWasListedIsNotFollowed() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh("mkdir secret; fallocate -l 64M secret/file; cd upper; mkdir d{1..1500}");
      Pace swapper =
          _ -> {
            try {
              lab.sh("cd upper; rmdir *; for i in {1..1500}; do ln -s ../secret d$i; done");
              return true;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          };

      LayerUsage usage = lab.measure(Budget.DEFAULT, OverlayAttributes.TRUSTED, swapper).usage();

      assertTrue(usage.allocatedBytes() < 64 << 20, usage::toString);
      // Those that were open before the swap, and perhaps links that were listed after it.
      assertTrue(usage.inodes() >= Pace.EVERY_ENTRIES, usage::toString);
    }
  }

  /** The parent that is opened again must be the one that was left. */
  @Test
  void aDirectoryThatMovedUnderTheWalkIsNotFollowedOut() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(
          "mkdir outside; fallocate -l 300M outside/file; mkdir outside/sub; cd upper;"
              + " d=.; for l in {1..50}; do d=$d/m; done; mkdir -p $d; cd $d;"
              + " for i in {1..5000}; do echo > file-$i; done");
      Path deep = lab.upper().resolve("m/" + "m/".repeat(10));
      Pace mover =
          _ -> {
            try {
              // Out of the layer altogether, which no container can do: the hardest case.
              if (Files.exists(deep)) {
                Files.move(deep, lab.root.resolve("outside/moved"));
              }
              return true;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          };

      LayerMeasurement found = lab.measure(Budget.DEFAULT, OverlayAttributes.TRUSTED, mover);

      // The second attempt finds the shorter tree at rest.
      assertTrue(found.usage().complete());
      assertEquals(lab.number("du -s -B1 upper | cut -f1"), found.usage().allocatedBytes());
      assertEquals(0, lab.openDescriptors(), "open descriptors");
    }
  }

  @Test
  void aLayerThatNeverComesToRestIsGivenUp() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh(
          "cd upper; d=.; for l in {1..50}; do d=$d/m; done; mkdir -p $d a b; cd $d;"
              + " for i in {1..3000}; do echo > file-$i; done");
      List<Path> places = List.of(lab.upper().resolve("a/x"), lab.upper().resolve("b/x"));
      Path first = lab.upper().resolve("m/" + "m/".repeat(10));
      Pace mover =
          _ -> {
            try {
              Path from = places.stream().filter(Files::exists).findFirst().orElse(first);
              Files.move(from, places.get(from.equals(places.get(0)) ? 1 : 0));
              return true;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          };

      LayerMeasurement found = lab.measure(Budget.DEFAULT, OverlayAttributes.TRUSTED, mover);

      assertEquals(Optional.of(Shortfall.MOVED), found.shortfall());
      assertFalse(found.usage().complete());
      assertEquals(0, lab.openDescriptors(), "open descriptors");
    }
  }

  @Test
  void aContainerThatCreatesForEverDoesNotKeepTheWalkForEver() throws Exception {
    try (Lab lab = new Lab()) {
      AtomicBoolean stop = new AtomicBoolean();
      Thread creator = Thread.ofPlatform().name("creator").start(() -> create(lab.upper(), stop));
      try {
        long start = System.nanoTime();
        while (start + Duration.ofSeconds(2).toNanos() > System.nanoTime()) {
          LayerMeasurement found = lab.measure(Budget.DEFAULT.withEntries(20_000));
          assertTrue(found.entriesRead() <= 20_001);
        }
      } finally {
        stop.set(true);
        creator.join();
      }
      assertEquals(
          Optional.of(Shortfall.TOO_MANY_ENTRIES),
          lab.measure(Budget.DEFAULT.withEntries(100)).shortfall());
    }
  }

  private static void create(Path upper, AtomicBoolean stop) {
    try {
      for (int i = 0; !stop.get(); i++) {
        Files.createFile(upper.resolve("file-" + i));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLayerThatIsRemovedMeanwhileIsVanishedAndNotSmall() throws IOException {
    try (Lab lab = new Lab()) {
      lab.sh("cd upper; for i in {1..5000}; do echo x > file-$i; done");
      Pace remover =
          _ -> {
            try {
              lab.sh("rm -rf upper");
              return true;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          };
      try (LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
        Reading<LayerMeasurement> reading =
            walk.measure(lab.path(), OverlayAttributes.TRUSTED, remover);

        assertEquals(
            Reading.Cause.VANISHED,
            ((Reading.Missing<LayerMeasurement>) reading).cause(),
            reading::toString);
      }
    }
  }

  @Test
  void anUpperdirThatIsALinkIsNotFollowed() throws IOException {
    try (Lab lab = new Lab();
        LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
      lab.sh("mkdir elsewhere; ln -s elsewhere link");
      KernelPath link = KernelPath.of(lab.root.resolve("link").toString());

      assertFalse(walk.measure(link, OverlayAttributes.TRUSTED, Pace.UNHINDERED).isPresent());
    }
  }
}
