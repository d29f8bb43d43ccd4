package io.bilgewatch.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.bilgewatch.libc.LinkedEntryStat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a measurement may cost, and what it says when that is not enough. */
class LayerWalkBudgetTest {
  private static final String TREE =
      "cd upper; for d in {1..20}; do mkdir d$d; for f in {1..200}; do echo > d$d/f$f; done; done";

  @Test
  void stopsAtTheEntryThatIsTooMany() throws IOException {
    try (Lab lab = Lab.inMemory()) {
      lab.sh(TREE);
      assertTrue(lab.measure(Budget.DEFAULT.withEntries(4020)).usage().complete());
      LayerMeasurement found = lab.measure(Budget.DEFAULT.withEntries(4019));
      assertEquals(Optional.of(Shortfall.TOO_MANY_ENTRIES), found.shortfall());
      assertFalse(found.usage().complete());
    }
  }

  @Test
  void stopsWhenTimeOrCpuIsUsedUp() throws IOException {
    try (Lab lab = Lab.inMemory()) {
      lab.sh(TREE);
      assertEquals(
          Optional.of(Shortfall.OUT_OF_TIME),
          lab.measure(Budget.DEFAULT.withWall(Duration.ZERO)).shortfall());
      assertEquals(
          Optional.of(Shortfall.OUT_OF_CPU),
          lab.measure(Budget.DEFAULT.withCpu(Duration.ZERO)).shortfall());
    }
  }

  @Test
  void hearsThePaceAndReportsHowFarItIs() throws IOException {
    try (Lab lab = Lab.inMemory()) {
      lab.sh(TREE);
      List<Pace.Progress> heard = new ArrayList<>();
      Pace twice =
          progress -> {
            heard.add(progress);
            return heard.size() < 2;
          };

      LayerMeasurement found = lab.measure(Budget.DEFAULT, OverlayAttributes.TRUSTED, twice);

      assertEquals(Optional.of(Shortfall.CANCELLED), found.shortfall());
      assertEquals(List.of(1024L, 2048L), heard.stream().map(Pace.Progress::entries).toList());
      assertTrue(heard.getLast().cpu().compareTo(heard.getFirst().cpu()) > 0);
      assertTrue(found.usage().cpu().compareTo(heard.getLast().cpu()) >= 0);
    }
  }

  @Test
  void sleepingCostsNoCpu() throws IOException {
    try (Lab lab = Lab.inMemory()) {
      lab.sh(TREE);
      Pace sleepy =
          _ -> {
            try {
              Thread.sleep(200);
              return true;
            } catch (InterruptedException e) {
              return false;
            }
          };

      LayerUsage usage = lab.measure(Budget.DEFAULT, OverlayAttributes.TRUSTED, sleepy).usage();

      assertTrue(usage.complete());
      assertTrue(usage.cpu().toMillis() < 300, () -> "three sleeps counted: " + usage.cpu());
    }
  }

  @Test
  void leavesOutWhatIsTooDeepAndSaysSo() throws IOException {
    try (Lab lab = Lab.inMemory()) {
      lab.sh("mkdir -p upper/a/b/c/d; echo x > upper/e");
      assertTrue(lab.measure(Budget.DEFAULT.withDepth(4)).usage().complete());
      LayerMeasurement found = lab.measure(Budget.DEFAULT.withDepth(3));
      assertEquals(Optional.of(Shortfall.TOO_DEEP), found.shortfall());
      assertEquals(5, found.usage().inodes());
    }
  }

  @Test
  void remembersOnlySoManyHardLinks() throws IOException {
    try (Lab lab = Lab.inMemory()) {
      lab.sh("cd upper; for i in {1..10}; do echo > a$i; ln a$i b$i; done");
      assertTrue(lab.measure(Budget.DEFAULT.withHardLinks(10)).usage().complete());
      assertEquals(
          Optional.of(Shortfall.TOO_MANY_HARD_LINKS),
          lab.measure(Budget.DEFAULT.withHardLinks(9)).shortfall());
    }
  }

  @Test
  void doesNotAllocateByTheEntry() throws IOException {
    LinkedEntryStat.use();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Lab lab = Lab.inMemory();
        LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
      lab.sh("cd upper; for i in {1..20000}; do echo > file-$i; done");
      walk.measure(lab.path(), OverlayAttributes.TRUSTED, Pace.UNHINDERED);
      walk.measure(lab.path(), OverlayAttributes.TRUSTED, Pace.UNHINDERED);
      long before = threads.getCurrentThreadAllocatedBytes();
      walk.measure(lab.path(), OverlayAttributes.TRUSTED, Pace.UNHINDERED);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < 20_000, () -> allocated + " bytes for 20,000 entries");
    }
  }
}
