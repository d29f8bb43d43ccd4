package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.watch.KernelWriteFailureWatch;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.WriteErrno;
import io.bilgewatch.tracefs.FailedWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes that the kernel refuses containers, as the kernel tells them: also what the program keeps
 * to itself, and what lived for a millisecond. Files' names are asked for where the kernel tells
 * them.
 */
class KernelWriteFailuresIT {
  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  private static final Duration SHELL = Duration.ofSeconds(30);

  @TempDir static Path root;

  private static final Queue<FailedWrite> SEEN = new ConcurrentLinkedQueue<>();
  private static HostRoot host;
  private static KernelWriteFailureWatch watch;

  @BeforeAll
  static void start() throws IOException {
    Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc"));
    host = new HostRoot(root);
    Files.createDirectories(host.tracefs());
    run("mount", "-t", "tracefs", "tracefs", host.tracefs().toString());
    watch = new KernelWriteFailureWatch(host, Duration.ZERO, InstantSource.system(), SEEN::add);
    watch.start();
    await("tracing begins", () -> watch.status().outcome() == CollectorStatus.Outcome.COLLECTED);
  }

  @AfterAll
  static void stop() throws IOException {
    if (watch != null) {
      watch.close();
    }
    List<String> left = instances();
    run("umount", host.tracefs().toString());
    Files.delete(root.resolve("proc"));
    assertEquals(List.of(), left, "everything is removed");
  }

  private static List<String> instances() throws IOException {
    try (Stream<Path> all = Files.list(host.tracefs("instances"))) {
      String mine = "bilgewatch_" + ProcessHandle.current().pid() + "_";
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(mine))
          .toList();
    }
  }

  private static void run(String... command) {
    Shell.run(SHELL, Map.of(), List.of(command)).orFail();
  }

  private static void await(String what, BooleanSupplier done) {
    long end = System.nanoTime() + SHELL.toNanos();
    while (!done.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < end, () -> what + "; " + watch.status() + watch.counts() + SEEN);
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<FailedWrite> of(String container) {
    return SEEN.stream().filter(w -> w.containerId().equals(Optional.of(container))).toList();
  }

  private static FailedWrite awaitOne(String container, Predicate<FailedWrite> wanted) {
    await("a failed write of " + container, () -> of(container).stream().anyMatch(wanted));
    return of(container).stream().filter(wanted).findFirst().orElseThrow();
  }

  /** Where the kernel tells names, this one. */
  private static boolean names(FailedWrite write, String path) {
    return write.path().map(path::equals).orElse(true);
  }

  @Test
  void readOnlyContainerPrintedAndSwallowed() {
    String id = ENGINE.idle("sealed-writes", "--read-only");
    ENGINE.exec("sealed-writes", "touch /printed || true");
    FailedWrite printed = awaitOne(id, w -> w.comm().equals("touch") && names(w, "/printed"));
    assertEquals(WriteErrno.EROFS, printed.errno());
    ENGINE.exec("sealed-writes", "(: > /swallowed) 2>/dev/null || true");
    FailedWrite swallowed = awaitOne(id, w -> w.comm().equals("sh") && names(w, "/swallowed"));
    assertEquals(WriteErrno.EROFS, swallowed.errno());
    ENGINE.exec("sealed-writes", "mkdir /d 2>/dev/null; mv /bin/sh /bin/zsh 2>/dev/null; true");
    assertEquals(WriteErrno.EROFS, awaitOne(id, w -> w.syscall().equals("mkdir")).errno());
    assertEquals(WriteErrno.EROFS, awaitOne(id, w -> w.syscall().startsWith("rename")).errno());
  }

  @Test
  void fullTmpfs() {
    String id = ENGINE.idle("full-tmpfs", "--tmpfs=/small:size=16k");
    ENGINE.exec("full-tmpfs", "head -c 100000 /dev/zero > /small/f 2>/dev/null || true");
    FailedWrite write = awaitOne(id, w -> w.comm().equals("head"));
    assertEquals(WriteErrno.ENOSPC, write.errno());
    assertEquals("write", write.syscall());
  }

  @Test
  void deniedWriteOfAUserButNotItsDeniedRead() {
    String id = ENGINE.idle("user-writes", "--user=1000");
    ENGINE.docker("exec", "--user=0", "user-writes", "sh", "-c", "umask 077; echo x > /secret");
    ENGINE.exec("user-writes", "cat /secret 2>/dev/null; touch /denied 2>/dev/null; true");
    FailedWrite write = awaitOne(id, w -> w.comm().equals("touch"));
    assertEquals(WriteErrno.EACCES, write.errno());
    assertTrue(names(write, "/denied"), write::toString);
    assertTrue(of(id).stream().noneMatch(w -> w.comm().equals("cat")), () -> of(id).toString());
  }

  @Test
  void burstOfProcessesOfAMillisecond() {
    String id = ENGINE.idle("burst-writes", "--read-only");
    ENGINE.exec(
        "burst-writes", "for i in $(seq 120); do /bin/touch /burst 2>/dev/null; done; true");
    await("120 of 120", () -> touches(id) >= 120);
    assertEquals(120, touches(id));
  }

  private static long touches(String id) {
    return of(id).stream().filter(write -> write.comm().equals("touch")).count();
  }

  @Test
  void containerOfAMoment() {
    String id = ENGINE.run("moment-writes", List.of("--read-only"), "sh", "-c", ": > /moment");
    FailedWrite write = awaitOne(id, w -> w.comm().equals("sh"));
    assertEquals(WriteErrno.EROFS, write.errno());
    assertTrue(names(write, "/moment"), write::toString);
  }

  @Test
  void timeIsUp() throws IOException {
    try (KernelWriteFailureWatch none =
        new KernelWriteFailureWatch(
            new HostRoot(Files.createDirectories(root.resolve("bare"))),
            Duration.ofMillis(300),
            InstantSource.system(),
            SEEN::add)) {
      none.start();
      await(
          "it is off, though it waits longer between two tries",
          () -> none.status().detail().contains("turned off"));
    }
  }

  @Test
  void hostWithoutTracefs() {
    try (KernelWriteFailureWatch none =
        new KernelWriteFailureWatch(
            new HostRoot(root.resolve("bare")), Duration.ZERO, InstantSource.system(), SEEN::add)) {
      none.start();
      await(
          "the cause is told",
          () -> none.status().outcome() == CollectorStatus.Outcome.UNSUPPORTED);
      assertTrue(none.status().detail().contains("tracefs"), none.status()::toString);
    }
  }
}
