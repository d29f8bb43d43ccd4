package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import io.bilgewatch.fanotify.Armed;
import io.bilgewatch.fanotify.WriteMarks;
import io.bilgewatch.fanotify.Written;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kernel's word for writes, of containers that a real engine started. */
class WriteMarksIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(100);

  private WriteMarks marks;

  @BeforeEach
  void open() {
    marks = present(WriteMarks.open(HostRoot.LIVE));
  }

  @AfterEach
  void close() {
    marks.close();
  }

  @Test
  void whatIsWrittenByExecAndByItsFirstProcessIsToldByPath() throws IOException {
    String id =
        ENGINE.run(
            "marked-writer",
            List.of(),
            "sh",
            "-c",
            "while :; do echo line; sleep 0.2; done > /var/log/app");
    arm(id);
    Set<KernelPath> files = new HashSet<>();
    ENGINE.exec("marked-writer", "echo x >> /usr/share/words/7; mkdir /new; echo y > /new/file");
    for (int i = 0; i < 10; i++) {
      for (Written written : marks.poll(SHORT)) {
        assertEquals(id, written.containerId());
        assertFalse(written.all());
        files.addAll(written.files());
      }
    }
    assertEquals(
        Set.of(path("/var/log/app"), path("/usr/share/words/7"), path("/new/file")), files);
  }

  @Test
  void aTmpfsAndAVolumeAreNoneOfItsOverlay() throws IOException {
    String id = ENGINE.idle("marked-elsewhere", "--tmpfs=/scratch", "--volume=/data");
    arm(id);
    ENGINE.exec("marked-elsewhere", "echo x > /scratch/file; echo x > /data/file");
    assertEquals(List.of(), marks.poll(SHORT));
    ENGINE.exec("marked-elsewhere", "echo x > /file");
    assertEquals(List.of(new Written(id, List.of(path("/file")), false)), marks.poll(SOON));
  }

  /** Its mark and what is queued of it must not keep the overlay mounted. */
  @Test
  void aMarkedContainerStopsAndStartsWithoutAWordFromTheKernel() throws Exception {
    String id = ENGINE.idle("marked-restarted");
    ConcurrentLinkedQueue<Written> told = new ConcurrentLinkedQueue<>();
    Thread poller = Thread.ofPlatform().daemon().start(() -> pollInto(told));
    long before = complaints();
    for (int round = 0; round < 3; round++) {
      assertFalse(arm(id).unbroken());
      ENGINE.exec("marked-restarted", "for i in $(seq 1 300); do echo x > /tmp/$i; done");
      ENGINE.docker("stop", "--time=0", "marked-restarted");
      ENGINE.docker("start", "marked-restarted");
    }
    assertEquals(before, complaints());
    arm(id);
    told.clear();
    ENGINE.exec("marked-restarted", "echo x > /after");
    Await.until("it is told", SOON, () -> told.stream().anyMatch(w -> names(w, "/after")));
    marks.close();
    poller.join(5000);
    assertFalse(poller.isAlive());
    assertTrue(told.stream().allMatch(written -> written.containerId().equals(id)));
  }

  private void pollInto(ConcurrentLinkedQueue<Written> told) {
    try {
      while (true) {
        told.addAll(marks.poll(SHORT));
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private static boolean names(Written written, String file) {
    return written.files().contains(path(file));
  }

  private Armed arm(String container) {
    return present(marks.arm(container, ENGINE.inspect(container).at("/State/Pid").asInt()));
  }

  private static KernelPath path(String text) {
    return KernelPath.of(text);
  }

  private static <T> T present(Reading<T> reading) {
    return switch (reading) {
      case Reading.Present<T>(T value) -> value;
      case Reading.Missing<T> missing -> throw new AssertionError(missing);
    };
  }

  /** "overlayfs: upperdir is in-use as upperdir/workdir of another mount" in the kernel's log. */
  private static long complaints() {
    Shell.Output output = Shell.run(Duration.ofSeconds(10), Map.of(), List.of("dmesg"));
    if (output.status() != 0) {
      Assumptions.abort("the kernel's log can't be read: " + output.stderr());
    }
    return output.text().lines().filter(line -> line.contains("is in-use as")).count();
  }
}
