package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.LinkedEntryStat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tree that is kept up to date by turns, also against a container that works against it. */
class TreeScanTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final long SECRET_BYTES = 512L << 20;

  private final DirectoryRoom room = new DirectoryRoom(100_000);
  private final LayerTree tree = new LayerTree(LayerTree.Limits.DEFAULT, room);
  private final TreeScan scan = new TreeScan(InstantSource.system());
  private Lab lab;

  @BeforeEach
  void open() throws IOException {
    lab = Lab.inMemory();
  }

  @AfterEach
  void close() throws IOException {
    assertEquals(0, lab.openDescriptors(), "open descriptors");
    scan.close();
    lab.close();
  }

  private Reading<TreeScan.Turn> turn(Duration most) {
    return scan.advance(tree, lab.path(), OverlayAttributes.TRUSTED, most, () -> {});
  }

  private int finish(Duration each) {
    int turns = 0;
    do {
      assertTrue(turn(each).isPresent());
      turns++;
    } while (tree.isPending() && turns < 100_000);
    return turns;
  }

  private LayerUsage usage() {
    LayerMeasurement measured = tree.measurement(true, Instant.EPOCH, true).orElseThrow();
    assertEquals(Optional.empty(), measured.shortfall());
    return measured.usage();
  }

  private void assertAsFreshlyWalked() {
    LayerUsage fresh = lab.measure().usage();
    LayerUsage kept = usage();
    assertEquals(fresh.allocatedBytes(), kept.allocatedBytes(), "allocated");
    assertEquals(fresh.apparentBytes(), kept.apparentBytes(), "apparent");
    assertEquals(fresh.inodes(), kept.inodes(), "inodes");
    assertEquals(fresh.changes(), kept.changes());
    // Of several of one size either may be among the ten.
    assertEquals(sizes(fresh), sizes(kept), "largest");
    tree.sums.verify();
  }

  private static List<Long> sizes(LayerUsage usage) {
    return usage.largest().stream().map(LayerUsage.DirectoryUsage::allocatedBytes).toList();
  }

  @Test
  void theLargestDirectoriesAreThoseOfAWalk() throws IOException {
    lab.sh(
        "cd upper; for i in {1..30}; do mkdir -p a$i/b/c/d/e/f$((i % 3)) a$i/x; head -c $((i *"
            + " 20000)) /dev/zero > a$i/b/c/d/e/f$((i % 3))/g; head -c $((i * 7000)) /dev/zero >"
            + " a$i/x/y; head -c $((i * 1000)) /dev/zero > a$i/z; done; sleep 0.1");
    finish(LONG);
    assertEquals(lab.measure().usage().largest(), usage().largest());
    lab.sh("cd upper; mv a30 renamed; rm -r a29; head -c 900000 /dev/zero > a3/x/more");
    tree.checkDirectories(Instant.now());
    finish(LONG);
    assertEquals(lab.measure().usage().largest(), usage().largest());
  }

  @Test
  void theLargestDirectoriesAreKnownAnewWhereOneLostWhatAnotherHas() throws IOException {
    lab.sh("cd upper; mkdir a b; head -c 900000 /dev/zero > a/f; echo > b/g; sleep 0.1");
    finish(LONG);
    assertEquals(lab.measure().usage().largest(), usage().largest());
    lab.sh("cd upper; mv a/f b; mv b/g a; sleep 0.1");
    tree.checkDirectories(Instant.now());
    finish(LONG);
    assertEquals(lab.measure().usage().largest(), usage().largest());
  }

  @Test
  void aTurnEndsWhereverItIsAndTheNextGoesOn() throws IOException {
    lab.sh(
        "cd upper; for d in {1..40}; do mkdir -p d$d/e/f; for f in {1..50}; do echo > d$d/e/$f;"
            + " done; done; mkdir many; cd many; seq 4000 | xargs touch");
    int turns = finish(Duration.ZERO);
    assertTrue(turns > 15, () -> turns + " turns");
    assertAsFreshlyWalked();
  }

  /** What changes between two turns is not lost, even in the directory that is being read. */
  @Test
  void whatChangesBetweenTwoTurnsIsFoundByTheNextCheck() throws IOException {
    lab.sh("cd upper; mkdir many; cd many; seq 5000 | xargs touch");
    turn(Duration.ZERO);
    assertTrue(tree.isPending());
    lab.sh("cd upper; seq 5001 6000 | (cd many && xargs touch); mkdir other; echo x > other/y");
    finish(Duration.ZERO);
    tree.readRecent();
    tree.checkDirectories(Instant.now());
    finish(Duration.ZERO);
    assertAsFreshlyWalked();
  }

  @Test
  void readsOnlyWhatChanged() throws IOException {
    lab.sh(
        "cd upper; for d in {1..100}; do mkdir d$d; (cd d$d; seq 100 | xargs touch); done; sleep"
            + " 0.1");
    finish(LONG);
    tree.readRecent();
    finish(LONG);
    tree.checkDirectories(Instant.now());
    assertTrue(entries(turn(LONG)) < 1_000, "a check opens and lists nothing");

    lab.sh("echo more >> upper/d7/50");
    tree.written(KernelPath.of("/d7/50"));
    assertTrue(entries(turn(LONG)) < 200, "one directory is read");
    assertAsFreshlyWalked();

    lab.sh("head -c 50000 /dev/zero >> upper/d7/50; chmod +x upper/d7/50");
    tree.written(KernelPath.of("/d7/50"));
    finish(LONG);
    lab.sh("head -c 70000 /dev/zero >> upper/d7/50");
    tree.written(KernelPath.of("/d7/50"));
    assertTrue(entries(turn(LONG)) < 30, "one file is read");
    assertAsFreshlyWalked();

    lab.sh("rm upper/d9/10");
    tree.checkDirectories(Instant.now());
    assertTrue(entries(turn(LONG)) < 1_000, "and one directory more");
    assertAsFreshlyWalked();
  }

  private static long entries(Reading<TreeScan.Turn> turn) {
    return turn.optional().orElseThrow().entries();
  }

  /** A container can set every mtime, but no ctime. */
  @Test
  void aTimeThatIsSetBackHidesNothing() throws IOException {
    lab.sh("mkdir upper/d; touch -d 2020-01-01 upper/d; sleep 0.1");
    finish(LONG);
    lab.sh("head -c 100000 /dev/zero > upper/d/hidden; touch -d 2020-01-01 upper/d");
    tree.checkDirectories(Instant.now());
    finish(LONG);
    assertAsFreshlyWalked();
  }

  @Test
  void deeperThanDescriptorsAreOpen() throws IOException {
    lab.sh(
        "cd upper; d=.; for l in {1..300}; do d=$d/m; done; mkdir -p $d; cd m/m/m; for i in {1..30};"
            + " do mkdir -p side/$i; echo x > side/$i/f; cd m; done");
    finish(LONG);
    assertAsFreshlyWalked();
    lab.sh("cd upper/m/m/m/m/m/m; mv m/m/m/m moved; rm -r m");
    tree.checkDirectories(Instant.now());
    finish(LONG);
    assertAsFreshlyWalked();
  }

  @Test
  void aNameTheKernelAllowsAndNoEncodingDoes() throws IOException {
    lab.sh("cd upper; mkdir $'\\xff\\xfe' $'a\\nb'; echo x > $'\\xff\\xfe/f'");
    finish(LONG);
    assertAsFreshlyWalked();
  }

  @Test
  void moreDirectoriesThanThereIsRoomForIsTooMuchAndGivesTheRoomBack() throws IOException {
    lab.sh("cd upper; mkdir d{1..120}");
    DirectoryRoom small = new DirectoryRoom(200);
    LayerTree second = new LayerTree(LayerTree.Limits.DEFAULT, small);
    scan.advance(second, lab.path(), OverlayAttributes.TRUSTED, LONG, () -> {});
    assertEquals(Optional.of(Shortfall.TOO_MANY_ENTRIES), second.tooMuch());
    assertEquals(100, small.taken(), "half of it");
    second.clear();
    assertEquals(0, small.taken());
  }

  @Test
  void aLayerThatIsRemovedIsVanishedAndNotSmall() throws IOException {
    lab.sh("cd upper; mkdir d{1..50}");
    finish(LONG);
    lab.sh("rm -r upper");
    tree.checkDirectories(Instant.now());
    Reading<TreeScan.Turn> turn = turn(LONG);
    assertTrue(
        turn instanceof Reading.Missing<TreeScan.Turn>(Reading.Cause cause, _)
            && cause == Reading.Cause.VANISHED,
        turn::toString);
    lab.sh("mkdir upper");
  }

  @Test
  void anotherUpperdirInItsPlaceIsReadAnew() throws IOException {
    lab.sh("cd upper; mkdir d{1..50}");
    finish(LONG);
    lab.sh("mv upper old; mkdir upper; echo x > upper/f");
    tree.checkDirectories(Instant.now());
    finish(LONG);
    assertAsFreshlyWalked();
    lab.sh("rm -r old");
  }

  @Test
  void neverCountsWhatStandsOutsideWhileDirectoriesAreSwappedForLinks() throws Exception {
    lab.sh("mkdir secret; fallocate -l " + SECRET_BYTES + " secret/file; mkdir -p secret/m/m");
    lab.sh(
        "cd upper; mkdir aside; for i in {1..4}; do ( mkdir t$i; cd t$i; for l in {1..60}; do"
            + " echo x > f; mkdir m s; echo y > s/g; cd m; done ); done");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong swaps = new AtomicLong();
    Thread renamer = Thread.ofPlatform().name("renamer").start(() -> swap(stop, swaps));
    int looks = 0;
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    try {
      while (System.nanoTime() < end) {
        tree.readAll(Instant.now());
        assertTrue(turn(Duration.ofMillis(5)).isPresent());
        tree.measurement(true, Instant.EPOCH, true)
            .ifPresent(found -> assertTrue(found.usage().allocatedBytes() < SECRET_BYTES));
        looks++;
      }
    } finally {
      stop.set(true);
      renamer.join();
    }
    assertTrue(swaps.get() > 100 && looks > 10, swaps + " swaps, " + looks + " looks");
    tree.readRecent();
    tree.readAll(Instant.now());
    finish(LONG);
    assertAsFreshlyWalked();
  }

  private void swap(AtomicBoolean stop, AtomicLong swaps) {
    Random random = new Random(7);
    Path aside = lab.root.resolve("upper/aside/here");
    while (!stop.get()) {
      Path victim = lab.root.resolve("upper/t" + (1 + random.nextInt(4)));
      for (int level = random.nextInt(55); level > 0; level--) {
        victim = victim.resolve("m");
      }
      try {
        Files.move(victim, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.createSymbolicLink(victim, lab.root.resolve("secret"));
        Files.delete(victim);
        Files.move(aside, victim, StandardCopyOption.ATOMIC_MOVE);
        swaps.incrementAndGet();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void doesNotAllocateByTheEntryNorByTheDirectory() throws IOException {
    LinkedEntryStat.use();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    lab.sh("cd upper; for d in {1..200}; do mkdir d$d; (cd d$d; seq 50 | xargs touch); done");
    finish(LONG);
    for (int i = 0; i < 2; i++) {
      tree.readAll(Instant.now());
      finish(LONG);
    }
    tree.readAll(Instant.now());
    long before = threads.getCurrentThreadAllocatedBytes();
    turn(LONG);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 20_000, () -> allocated + " bytes for 10,200 entries");
    assertFalse(tree.isPending());
  }
}
