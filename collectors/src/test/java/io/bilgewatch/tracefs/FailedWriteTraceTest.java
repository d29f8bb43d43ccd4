package io.bilgewatch.tracefs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.testing.Sandbox;
import io.bilgewatch.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real kernel, with and without event probes: names are asked for where it tells them. */
final class FailedWriteTraceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final List<FailedWrite> seen = new ArrayList<>();
  private TracefsHost tracefs;

  @BeforeEach
  void mount() throws Exception {
    tracefs = TracefsHost.mount(Files.createDirectory(directory.resolve("host")));
  }

  @AfterEach
  void unmount() throws IOException {
    if (tracefs != null) {
      tracefs.close();
    }
  }

  private FailedWriteTrace open() {
    return FailedWriteTrace.open(tracefs.host())
        .optional()
        .orElseThrow(() -> new AssertionError("this kernel can trace"));
  }

  /** Reads until one is as wanted; everything else that fails on this machine is passed over. */
  private FailedWrite await(FailedWriteTrace trace, Predicate<FailedWrite> wanted)
      throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      seen.addAll(trace.next(Duration.ofMillis(100)));
      Optional<FailedWrite> found = seen.stream().filter(wanted).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new AssertionError("only " + seen + ", " + trace.counts());
  }

  private static void assertPath(String expected, FailedWriteTrace trace, FailedWrite write) {
    assertEquals(trace.namesFiles() ? Optional.of(expected) : Optional.empty(), write.path());
  }

  @Test
  void swallowedWriteOnReadOnlyFileSystem() throws Exception {
    try (Sandbox sandbox =
            Sandbox.start(
                directory.resolve("sandbox"),
                "mkdir $ROOT/sealed; mount -t tmpfs -o ro sealed $ROOT/sealed");
        FailedWriteTrace trace = open()) {
      sandbox.run("sh", "-c", "(: >/sealed/file) 2>&- || mkdir /sealed/d 2>&- || true");
      FailedWrite opened = await(trace, write -> write.syscall().equals("openat"));
      assertEquals(WriteErrno.EROFS, opened.errno());
      assertEquals("sh", opened.comm());
      assertEquals(Optional.empty(), opened.containerId());
      assertPath("/sealed/file", trace, opened);
      FailedWrite made = await(trace, write -> write.syscall().equals("mkdir"));
      assertEquals("mkdir", made.comm());
      assertPath("/sealed/d", trace, made);
      assertTrue(made.sinceBoot().compareTo(opened.sinceBoot()) > 0);
      assertTrue(made.sinceBoot().toNanos() <= System.nanoTime());
    }
  }

  @Test
  void fullFileSystem() throws Exception {
    try (Sandbox sandbox =
            Sandbox.start(
                directory.resolve("sandbox"),
                "mkdir $ROOT/small; mount -t tmpfs -o size=16k small $ROOT/small");
        FailedWriteTrace trace = open()) {
      sandbox.run("sh", "-c", "dd if=/bin/sh of=/small/file bs=32k 2>&- || true");
      FailedWrite write = await(trace, failed -> failed.comm().equals("dd"));
      assertEquals(WriteErrno.ENOSPC, write.errno());
      assertEquals("write", write.syscall());
      assertEquals(Optional.empty(), write.path());
    }
  }

  /** What open(2) was asked for tells a write that was denied from a read. */
  @Test
  void deniedWriteButNoDeniedRead() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "x");
    try (FailedWriteTrace trace = open()) {
      String script = "cat %1$s 2>&-; : >%1$s-log; cat %1$s 2>&-".formatted(secret);
      String[] nobody = {"setpriv", "--reuid=65534", "--clear-groups", "sh", "-c"};
      Shell.run(
          nobody[0], nobody[1], nobody[2], nobody[3], nobody[4], "(" + script + ") 2>&-; true");
      FailedWrite opened = await(trace, write -> write.comm().equals("sh"));
      assertEquals(WriteErrno.EACCES, opened.errno());
      assertPath(secret + "-log", trace, opened);
      Shell.run(nobody[0], nobody[1], nobody[2], nobody[3], nobody[4], "mkdir /x 2>&-; true");
      await(
          trace,
          write ->
              write.comm().equals("mkdir") && write.sinceBoot().compareTo(opened.sinceBoot()) > 0);
      assertTrue(seen.stream().noneMatch(write -> write.comm().equals("cat")), seen::toString);
    }
  }

  @Test
  void floodIsReadInPartAndTheRestCounted() throws Exception {
    try (Sandbox sandbox =
            Sandbox.start(
                directory.resolve("sandbox"),
                "mkdir $ROOT/sealed; mount -t tmpfs -o ro sealed $ROOT/sealed");
        FailedWriteTrace trace = open()) {
      sandbox.run(
          "sh",
          "-c",
          "i=0; while [ $i -lt 30000 ]; do command : 2>&- >/sealed/f; i=$((i+1)); done");
      long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
      int told = 0;
      while (System.nanoTime() < end) {
        told += trace.next(Duration.ofMillis(50)).size();
      }
      // Four seconds may have begun meanwhile, and each may have had a page more.
      assertTrue(told > 100 && told <= 5 * FailedWriteTrace.MOST_PER_SECOND, told + " told");
      assertTrue(trace.counts().lost() > 20_000, trace.counts()::toString);
      assertEquals(0, trace.counts().unreadable());
    }
  }

  @Test
  void whatADeadAgentLeftIsRemovedAndNothingElse() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String stale = new Owner((int) dead.pid(), 12).nameOf("failures");
    String living = new Owner(1, Owner.startTicks(tracefs.host(), 1)).nameOf("failures");
    String foreign = "bilgewatch-test-of-another-program";
    List<String> made = List.of(stale, living, foreign);
    try {
      for (String name : made) {
        Files.createDirectory(tracefs.instance(name));
      }
      open().close();
      assertFalse(Files.exists(tracefs.instance(stale)));
      assertTrue(Files.exists(tracefs.instance(living)));
      assertTrue(Files.exists(tracefs.instance(foreign)));
    } finally {
      for (String name : made) {
        TraceInstance.tryRemove(tracefs.instance(name));
      }
    }
  }

  @Test
  void leaksNoDescriptor() throws Exception {
    open().close();
    long before = descriptors();
    for (int i = 0; i < 3; i++) {
      open().close();
    }
    assertEquals(before, descriptors());
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(HostRoot.LIVE.proc("self", "fd"))) {
      return open.count();
    }
  }

  @Test
  void instancesAndProbesAreGoneAfterwards() throws Exception {
    String mine = Owner.self(tracefs.host()).group();
    try (FailedWriteTrace trace = open()) {
      assertEquals(
          List.of(mine + "_calls", mine + "_failures", mine + "_tasks"), tracefs.instances(mine));
      // The kernel's README speaks of these probes where it has none: only trying tells.
      String probe = "e:" + mine + "/tried syscalls.sys_enter_mkdirat fn=+0($pathname):ustring";
      assertEquals(
          Tracefs.tryWrite(tracefs.host().tracefs("dynamic_events"), probe), trace.namesFiles());
      assertEquals(trace.namesFiles(), !tracefs.probes(mine).isEmpty());
    }
    assertEquals(List.of(), tracefs.instances(mine));
    assertEquals(List.of(), tracefs.probes(mine));
  }

  @Test
  void causeIsToldWhereThereIsNoTracefs() throws Exception {
    Path bare = Files.createDirectories(directory.resolve("bare/sys/kernel/tracing"));
    Reading<FailedWriteTrace> empty =
        FailedWriteTrace.open(new HostRoot(directory.resolve("bare")));
    Reading.Missing<?> missing = assertInstanceOf(Reading.Missing.class, empty);
    assertEquals(Reading.Cause.UNSUPPORTED, missing.cause());
    assertTrue(missing.detail().contains("no tracefs is mounted"), missing.detail());
    Files.delete(bare);
    missing =
        assertInstanceOf(
            Reading.Missing.class, FailedWriteTrace.open(new HostRoot(directory.resolve("bare"))));
    assertEquals(Reading.Cause.UNSUPPORTED, missing.cause());
    assertFalse(missing.detail().isEmpty());
  }
}
