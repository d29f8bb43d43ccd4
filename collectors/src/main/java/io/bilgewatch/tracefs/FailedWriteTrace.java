package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tracefs.EnteredCalls.Entered;
import io.bilgewatch.tracefs.FailureEvents.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes that the kernel refuses, of all processes of the host, from the kernel itself: also
 * those that a program keeps to itself. While it is open, every system call of the host costs some
 * 50 ns more.
 *
 * <p>Three instances, because each has its own way of being read: the failures, which are few and
 * wake the reader; what was asked for and where tasks came from, which are many and are read only
 * when there is a failure to be explained. On a host where nothing fails nothing is read.
 *
 * <p>Not for several threads.
 */
public final class FailedWriteTrace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FailedWriteTrace.class);

  private static final int FAILURES_KIB = 64;
  private static final int CALLS_KIB = 64;
  private static final int TASKS_KIB = 128;

  /** Failures of one second; a program that tries in a loop makes a hundred thousand. */
  static final int MOST_PER_SECOND = 1000;

  private static final Duration BREATH = Duration.ofMillis(20);

  private final Tracefs tracefs;
  private final Owner owner;
  private final List<TraceInstance> instances = new ArrayList<>();
  private final EnteredCalls entered = new EnteredCalls();
  private final TaskHistory history = new TaskHistory();
  private final ReadBudget budget = new ReadBudget(MOST_PER_SECOND, BREATH, System.nanoTime());

  private TraceInstance failures;
  private TraceInstance calls;
  private TraceInstance tasks;
  private FailureEvents failureEvents;
  private CallEvents callEvents;
  private TaskEvents taskEvents;
  private Counts counts = new Counts(0, 0, 0, 0);

  /**
   * @param seen failed writes that were told
   * @param lost failures that were overwritten before they were read
   * @param unclear denials of open(2) of which nothing says whether a write was asked for; not told
   * @param unreadable records that were not understood
   */
  public record Counts(long seen, long lost, long unclear, long unreadable) {
    /** Of several traces one after the other. */
    public Counts plus(Counts other) {
      return new Counts(
          seen + other.seen,
          lost + other.lost,
          unclear + other.unclear,
          unreadable + other.unreadable);
    }
  }

  private FailedWriteTrace(Tracefs tracefs, Owner owner) {
    this.tracefs = tracefs;
    this.owner = owner;
  }

  /**
   * Begins; removes before what agents left that have ended. Missing says what stands in the way.
   */
  public static Reading<FailedWriteTrace> open(HostRoot host) {
    try {
      Tracefs tracefs = Tracefs.of(host);
      List<String> stale = tracefs.removeStale();
      if (!stale.isEmpty()) {
        LOG.info("removed what an agent that has ended left in tracefs: {}", stale);
      }
      FailedWriteTrace trace = new FailedWriteTrace(tracefs, Owner.self(host));
      try {
        trace.start();
      } catch (IOException | RuntimeException e) {
        trace.close();
        throw e;
      }
      return Reading.of(trace);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  /** What explains failures is on before the failures are. */
  private void start() throws IOException {
    tasks = make("tasks", TASKS_KIB);
    taskEvents = TaskEvents.enable(tasks);
    calls = make("calls", CALLS_KIB);
    callEvents = CallEvents.enable(tracefs, owner.group(), calls);
    failures = make("failures", FAILURES_KIB);
    failureEvents = FailureEvents.enable(failures);
    if (failureEvents.count() == 0) {
      throw new Tracefs.Unavailable(
          Reading.Cause.UNSUPPORTED, "this kernel has none of the system calls' events");
    }
    for (TraceInstance instance : instances) {
      instance.start();
    }
  }

  private TraceInstance make(String part, int kibPerCpu) throws IOException {
    TraceInstance made = TraceInstance.make(tracefs, owner.nameOf(part), kibPerCpu);
    instances.add(made);
    return made;
  }

  /** Whether this kernel tells the names of files. */
  public boolean namesFiles() {
    return callEvents.named();
  }

  public Counts counts() {
    return counts;
  }

  /** The next failed writes in their order; none where there is none within the time. */
  public List<FailedWrite> next(Duration patience) throws IOException {
    long pause = budget.pauseNanos(System.nanoTime());
    if (pause > 0) {
      LockSupport.parkNanos(Math.min(pause, patience.toNanos()));
      if (budget.pauseNanos(System.nanoTime()) > 0) {
        return List.of();
      }
    }
    if (!failures.awaitRecord(patience)) {
      return List.of();
    }
    List<FailedWrite> explained = explain(readFailures());
    budget.looked(System.nanoTime());
    return explained;
  }

  private List<Failure> readFailures() throws IOException {
    List<Failure> read = new ArrayList<>();
    count(
        failures.drain(
            budget::hasRoom,
            record -> {
              budget.spendOne();
              failureEvents.read(record).ifPresent(read::add);
            }));
    read.sort(Comparator.comparingLong(Failure::nanos));
    return read;
  }

  private void count(CpuBuffers.Drained drained) {
    counts =
        new Counts(
            counts.seen(),
            counts.lost() + drained.lost(),
            counts.unclear(),
            counts.unreadable() + drained.unreadable());
  }

  /**
   * What led to a failure was recorded before it, so it is there when the failure has been read.
   */
  private List<FailedWrite> explain(List<Failure> read) throws IOException {
    if (read.isEmpty()) {
      return List.of();
    }
    entered.completeSince(
        calls.drain(() -> true, record -> callEvents.read(record, entered)).completeSince());
    List<Failure> writes = new ArrayList<>();
    Map<Failure, Entered> asked = new HashMap<>();
    for (Failure failure : read) {
      Optional<Entered> call = entered.at(failure.tid(), failure.call().name(), failure.nanos());
      call.ifPresent(found -> asked.put(failure, found));
      if (isWrite(failure, call)) {
        writes.add(failure);
      }
    }
    entered.settle();
    return writes.isEmpty() ? List.of() : attribute(writes, asked);
  }

  private boolean isWrite(Failure failure, Optional<Entered> call) {
    if (!failure.call().isUnclear(failure.errno())) {
      return true;
    }
    if (call.isEmpty() || call.get().flags().isEmpty()) {
      counts = new Counts(counts.seen(), counts.lost(), counts.unclear() + 1, counts.unreadable());
      return false;
    }
    return OpenFlags.askToWrite(call.get().flags().getAsLong());
  }

  /** What is known of the thread that failed. */
  private record Known(Failure failure, Optional<LiveTask> task, Optional<String> containerId) {}

  private List<FailedWrite> attribute(List<Failure> writes, Map<Failure, Entered> asked)
      throws IOException {
    readTasks();
    Map<Integer, Optional<LiveTask>> looked = new HashMap<>();
    TaskHistory.Live live =
        tid -> looked.computeIfAbsent(tid, task -> LiveTask.read(tracefs.host(), task));
    List<Known> known = writes.stream().map(failure -> known(failure, live)).toList();
    // One that was ending and could not be asked any more has told its name by now.
    readTasks();
    counts =
        new Counts(
            counts.seen() + known.size(), counts.lost(), counts.unclear(), counts.unreadable());
    return known.stream()
        .map(thread -> told(thread, Optional.ofNullable(asked.get(thread.failure()))))
        .toList();
  }

  private void readTasks() throws IOException {
    history.completeSince(
        tasks.drain(() -> true, record -> taskEvents.read(record, history)).completeSince());
  }

  private Known known(Failure failure, TaskHistory.Live live) {
    boolean ended = history.hasEndedSince(failure.tid(), failure.nanos());
    return new Known(
        failure,
        ended ? Optional.empty() : live.of(failure.tid()),
        history.containerOf(failure.tid(), failure.nanos(), live));
  }

  private FailedWrite told(Known known, Optional<Entered> call) {
    Failure failure = known.failure();
    return new FailedWrite(
        failure.errno(),
        failure.call().name(),
        call.flatMap(Entered::path),
        failure.tid(),
        known.task().map(LiveTask::pid).orElse(OptionalInt.empty()),
        history
            .lastName(failure.tid(), failure.nanos())
            .or(() -> known.task().map(LiveTask::comm))
            .orElse(""),
        known.containerId(),
        Duration.ofNanos(failure.nanos()));
  }

  /** Stops, and removes what was made. */
  @Override
  public void close() {
    instances.reversed().forEach(TraceInstance::close);
    instances.clear();
    try {
      if (Files.exists(tracefs.file("dynamic_events"))) {
        NameProbes.remove(tracefs, owner.group()::equals);
      }
    } catch (IOException e) {
      LOG.warn("the probes of this agent stay in tracefs: {}", e.getMessage());
    }
  }
}
