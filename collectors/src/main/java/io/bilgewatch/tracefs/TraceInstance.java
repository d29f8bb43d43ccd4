package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.RecordFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A buffer of its own with events and filters of its own (Documentation/trace/ftrace.rst,
 * Instances): nobody else's tracing is touched. It overwrites its oldest records when it is full,
 * so that one that is only read when there is a question costs nothing meanwhile.
 */
final class TraceInstance implements AutoCloseable {
  private static final Duration REMOVAL_PAUSE = Duration.ofMillis(20);
  private static final int REMOVAL_ATTEMPTS = 25;

  private final Path directory;
  private final RecordFile wakeUps;
  private final CpuBuffers buffers;

  private TraceInstance(Path directory, RecordFile wakeUps, CpuBuffers buffers) {
    this.directory = directory;
    this.wakeUps = wakeUps;
    this.buffers = buffers;
  }

  /** Made but not yet tracing. */
  static TraceInstance make(Tracefs tracefs, String name, int kibPerCpu) throws IOException {
    Path directory = tracefs.file("instances", name);
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException _) {
      // This process's own, of a trace that could not be removed while somebody read it.
      Tracefs.write(directory.resolve("tracing_on"), "0");
      Tracefs.write(directory.resolve("events").resolve("enable"), "0");
    }
    try {
      setUp(directory, kibPerCpu);
      return open(directory, tracefs.pageBytes());
    } catch (IOException | RuntimeException e) {
      tryRemove(directory);
      throw e;
    }
  }

  private static void setUp(Path directory, int kibPerCpu) throws IOException {
    Tracefs.write(directory.resolve("tracing_on"), "0");
    Tracefs.write(directory.resolve("buffer_size_kb"), Integer.toString(kibPerCpu));
    // CLOCK_MONOTONIC: the same on every CPU, and in this process by System.nanoTime().
    Tracefs.write(directory.resolve("trace_clock"), "mono");
    // Names of tasks are not looked up here, and remembering them costs at every switch of tasks.
    Tracefs.tryWrite(directory.resolve("trace_options"), "norecord-cmd");
    // Wake a reader for the first record; kernels before 5.0 do nothing else.
    Tracefs.tryWrite(directory.resolve("buffer_percent"), "0");
  }

  private static TraceInstance open(Path directory, int pageBytes) throws IOException {
    RecordFile wakeUps = RecordFile.open(directory.resolve("trace_pipe"), Fd.O_RDONLY, 1);
    try {
      return new TraceInstance(directory, wakeUps, CpuBuffers.open(directory, pageBytes));
    } catch (IOException | RuntimeException e) {
      wakeUps.close();
      throw e;
    }
  }

  EventFormat format(String system, String event) throws IOException {
    return EventFormat.parse(KernelFile.read(event(system, event).resolve("format")));
  }

  boolean has(String system, String event) {
    return Files.isDirectory(event(system, event));
  }

  void filter(String system, String event, String filter) throws IOException {
    Tracefs.write(event(system, event).resolve("filter"), filter);
  }

  void enable(String system, String event) throws IOException {
    Tracefs.write(event(system, event).resolve("enable"), "1");
  }

  private Path event(String system, String event) {
    return directory.resolve("events").resolve(system).resolve(event);
  }

  void start() throws IOException {
    Tracefs.write(directory.resolve("tracing_on"), "1");
  }

  /** Whether there is a record within the time. */
  boolean awaitRecord(Duration patience) throws IOException {
    return wakeUps.awaitReadable(patience);
  }

  /** Reads what there is, as long as more is wanted: asked before each page. */
  CpuBuffers.Drained drain(BooleanSupplier more, RingPage.Sink sink) throws IOException {
    return buffers.drain(more, sink);
  }

  /** Stops tracing and removes the instance; where somebody reads it, a later start will. */
  @Override
  public void close() {
    Tracefs.tryWrite(directory.resolve("tracing_on"), "0");
    Tracefs.tryWrite(directory.resolve("events").resolve("enable"), "0");
    wakeUps.close();
    buffers.close();
    for (int i = 0; !tryRemove(directory) && i < REMOVAL_ATTEMPTS; i++) {
      LockSupport.parkNanos(REMOVAL_PAUSE.toNanos());
    }
  }

  /** Whether it is gone. Removing takes its events with it. */
  static boolean tryRemove(Path directory) {
    try {
      Files.deleteIfExists(directory);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
