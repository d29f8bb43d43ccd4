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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real kernel, with and without event probes: names are asked for where it tells them. */
final class FailedWriteTraceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path directory;
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
  private static FailedWrite await(FailedWriteTrace trace, Predicate<FailedWrite> wanted)
      throws IOException {
    List<FailedWrite> others = new ArrayList<>();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      for (FailedWrite write : trace.next(Duration.ofMillis(100))) {
        if (wanted.test(write)) {
          return write;
        }
        others.add(write);
      }
    }
    throw new AssertionError("only " + others + ", " + trace.counts());
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
      sandbox.run("sh", "-c", ": 2>/dev/null >/sealed/file || true; mkdir /sealed/d 2>&- || true");
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
  void instancesAndProbesAreGoneAfterwards() throws Exception {
    String mine = Owner.self(tracefs.host()).group();
    try (FailedWriteTrace trace = open()) {
      assertEquals(
          List.of(mine + "_calls", mine + "_failures", mine + "_tasks"), tracefs.instances(mine));
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
    assertEquals("", Shell.run("true"));
  }
}
