package io.bilgewatch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.process.ProcessOwner.OfContainer;
import io.bilgewatch.testing.Descriptors;
import io.bilgewatch.testing.Root;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  /** A process and some time at which it may just have been there. */
  private record Seen(int pid, Instant when) {
    static Seen parse(String line) {
      String[] fields = line.split(" ", -1);
      long micros = Long.parseLong(fields[1].replace(".", "").replace(",", ""));
      return new Seen(
          Integer.parseInt(fields[0]),
          Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000));
    }
  }

  @Test
  void whoLivesAMillisecondIsFoundAfterItsEnd() throws Exception {
    try (ForkTracker tracker = start();
        TestContainer container = TestContainer.create(ID)) {
      Process shell =
          container.start(
              "read; for i in {1..%d}; do /bin/true & echo $! $EPOCHREALTIME; wait; done"
                  .formatted(BURST));
      awaitScan(tracker);
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
      assertEquals(BURST, found);
    }
  }

  private static void awaitScan(ForkTracker tracker) throws InterruptedException {
    int pid = (int) ProcessHandle.current().pid();
    for (int i = 0; i < 500; i++) {
      if (!(tracker.at(pid, Instant.now()) instanceof ProcessOwner.Unknown)) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("this process is still unknown: " + tracker.figures());
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
}
