package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.process.ProcessOwner.OfContainer;
import io.bilgewatch.testing.Descriptors;
import io.bilgewatch.testing.Root;
import io.bilgewatch.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the live host, whose forks are all heard. */
class ForkTrackerTest {
  private static final String ID = "e2".repeat(32);
  private static final int BURST = 300;

  private static ForkTracker start() throws Exception {
    Root.required();
    return switch (ForkTracker.start(HostRoot.LIVE)) {
      case Reading.Present<ForkTracker>(ForkTracker tracker) -> tracker;
      case Reading.Missing<ForkTracker> missing -> throw new AssertionError(missing.toString());
    };
  }

  /** A process and a time at which it was there. */
  private record Seen(int pid, Instant when) {
    static Seen parse(String line) {
      String[] fields = line.split(" ", -1);
      long micros = Long.parseLong(fields[1].replace(".", "").replace(",", ""));
      return new Seen(
          Integer.parseInt(fields[0]),
          Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000));
    }
  }

  /** Its thread waits in the kernel for much longer. */
  @Test
  void closingWaitsForNoEvent() throws Exception {
    ForkTracker tracker = start();
    Thread.sleep(300);
    long before = System.nanoTime();
    tracker.close();
    long millis = (System.nanoTime() - before) / 1_000_000;
    assertTrue(millis < 2_000, () -> millis + " ms");
  }

  @Test
  void whoLivesAMillisecondIsFoundAfterItsEnd() throws Exception {
    try (ForkTracker tracker = start();
        TestContainer container = TestContainer.create(ID)) {
      Process shell =
          container.start(
              "read; for i in {1..%d}; do (echo $BASHPID $EPOCHREALTIME); done".formatted(BURST));
      awaitKnown(tracker, (int) shell.pid(), new OfContainer(ID));
      try (var out = shell.outputWriter()) {
        out.write("go\n");
      }
      List<Seen> seen = shell.inputReader().lines().map(Seen::parse).toList();
      shell.waitFor();
      int late = 0;
      int found = 0;
      try (ContainerOfProcess reader = new ContainerOfProcess(HostRoot.LIVE)) {
        for (Seen one : seen) {
          late += reader.now(one.pid()) instanceof OfContainer ? 1 : 0;
          found += tracker.at(one.pid(), one.when()).equals(new OfContainer(ID)) ? 1 : 0;
        }
      }
      System.out.printf("late looks: %d, fork cache: %d of %d%n", late, found, BURST);
      System.out.println(tracker.figures());
      assertEquals(BURST, found, tracker.figures()::toString);
    }
  }

  /** What its second exec shows, of which the first may have come to be known as the host's. */
  private static void awaitKnown(ForkTracker tracker, int pid, ProcessOwner expected)
      throws InterruptedException {
    for (int i = 0; i < 1_500 && !tracker.at(pid, Instant.now()).equals(expected); i++) {
      Thread.sleep(10);
    }
    assertEquals(expected, tracker.at(pid, Instant.now()), tracker.figures()::toString);
  }

  private static void awaitScan(ForkTracker tracker) throws InterruptedException {
    awaitKnown(tracker, (int) ProcessHandle.current().pid());
  }

  /** By the scan, which goes through all processes, or by a late look. */
  private static void awaitKnown(ForkTracker tracker, int pid) throws InterruptedException {
    for (int i = 0; i < 1_500; i++) {
      if (!(tracker.at(pid, Instant.now()) instanceof ProcessOwner.Unknown)) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError(pid + " is still unknown: " + tracker.figures());
  }

  @Test
  void whoWasThereBeforeIsFoundByTheScan() throws Exception {
    try (TestContainer container = TestContainer.create(ID.replace('e', 'f'))) {
      Process before = container.start("sleep 60");
      try (ForkTracker tracker = start()) {
        awaitScan(tracker);
        ProcessOwner owner = tracker.at((int) before.pid(), Instant.now());
        assertInstanceOf(OfContainer.class, owner);
      } finally {
        before.descendants().forEach(ProcessHandle::destroyForcibly);
        before.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void nothingIsLeftOfTwoHundred() throws Exception {
    start().close();
    int before = Descriptors.sockets();
    for (int i = 0; i < 200; i++) {
      start().close();
    }
    assertEquals(before, Descriptors.sockets());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals("forks")));
  }

  private static final String FORK_BOMB =
      """
      #define _GNU_SOURCE
      #include <stdlib.h>
      #include <sys/wait.h>
      #include <unistd.h>
      int main(int argc, char **argv) {
        for (long left = atol(argv[1]); left > 0; left--) {
          pid_t child = vfork();
          if (child == 0) _exit(0);
          waitpid(child, 0, 0);
        }
        return 0;
      }
      """;

  private static String bomb(Path directory) throws Exception {
    Path source = Files.writeString(directory.resolve("bomb.c"), FORK_BOMB);
    String program = directory.resolve("bomb").toString();
    Shell.run("gcc", "-O1", "-o", program, source.toString());
    return program;
  }

  @Test
  void aForkBombInAContainerCostsNoLooks(@TempDir Path directory) throws Exception {
    String bomb = bomb(directory);
    try (TestContainer container = TestContainer.create(ID.replace('e', 'b'));
        ForkTracker tracker = start()) {
      awaitScan(tracker);
      ForkTracker.Figures before = tracker.figures();
      long began = System.nanoTime();
      container.start(bomb + " 60000").waitFor();
      double seconds = (System.nanoTime() - began) / 1e9;
      ForkTracker.Figures after = tracker.figures();
      long events = after.events() - before.events();
      double cpu = (after.cpuNanos() - before.cpuNanos()) / 1e9;
      System.out.printf(
          "60,000 forks in %.1f s: %d events, %.2f s of processor time (%.1f µs each); %s%n",
          seconds, events, cpu, cpu * 1e6 / events, after);
      assertTrue(after.tasks() < 49_153, after::toString);
      assertTrue(after.looks() - before.looks() < 1_000 + 1_000 * seconds, after::toString);
      awaitScan(tracker);
    }
  }

  @Test
  void whereItIsTooMuchItStepsAsideAndComesBack(@TempDir Path directory) throws Exception {
    String bomb = bomb(directory);
    Root.required();
    try (ForkTracker tracker = ForkTracker.start(HostRoot.LIVE, 500).optional().orElseThrow()) {
      Shell.run(bomb, "10000");
      ForkTracker.Figures figures = tracker.figures();
      assertTrue(figures.stepsAside() >= 1, figures::toString);
      int self = (int) ProcessHandle.current().pid();
      assertInstanceOf(ProcessOwner.Unknown.class, tracker.at(self, Instant.now()));
      awaitScan(tracker);
    }
  }

  @Test
  void whatTheKernelHadToDropIsCountedAndTheRestFoundAgain(@TempDir Path directory)
      throws Exception {
    String bomb = bomb(directory);
    try (ForkTracker tracker = start()) {
      awaitScan(tracker);
      synchronized (tracker) {
        // Nothing is read meanwhile.
        Shell.run(bomb, "30000");
      }
      awaitScan(tracker);
      ForkTracker.Figures figures = tracker.figures();
      System.out.println("after an overflow: " + figures);
      assertTrue(figures.lost() >= 1, figures::toString);
    }
  }
}
