package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.libc.ThreadCpu;
import io.bilgewatch.tracefs.FailedWrite;
import io.bilgewatch.tracefs.FailedWriteTrace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on the writes that the kernel refuses, for as long as the operator wants it, on a thread of
 * its own: a kernel that does not come back stops nothing else. Where tracing can't be had, or
 * ends, it is tried again.
 */
public final class KernelWriteFailureWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelWriteFailureWatch.class);
  private static final String NAME = "kernel_writes";
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofMinutes(1);
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  /** Making and removing instances takes the kernel some tenths of a second, more under load. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HostRoot host;
  private final Duration limit;
  private final InstantSource clock;
  private final Listener listener;
  private final Object wake = new Object();
  private volatile FailedWriteTrace.Counts counts = new FailedWriteTrace.Counts(0, 0, 0, 0);
  private volatile long beatNanos = System.nanoTime();
  private volatile boolean closed;
  private volatile boolean over;
  private FailedWriteTrace.Counts before = counts;
  private volatile Optional<Instant> lastSuccess = Optional.empty();
  private volatile CollectorStatus latest =
      new CollectorStatus(
          NAME, Outcome.PENDING, "", Duration.ZERO, Duration.ZERO, Optional.empty());
  private boolean listenerFailed;
  private Thread thread;

  /** Takes what failed, on the watch's own thread. */
  public interface Listener {
    void failed(FailedWrite write);
  }

  /**
   * @param limit after which it turns itself off, so that a forgotten one does not cost for ever;
   *     zero for none
   */
  public KernelWriteFailureWatch(
      HostRoot host, Duration limit, InstantSource clock, Listener listener) {
    this.host = host;
    this.limit = limit;
    this.clock = clock;
    this.listener = listener;
  }

  public void start() {
    thread = Thread.ofPlatform().daemon().name("bilgewatch-kernel-writes").start(this::run);
  }

  /** How it goes; stuck where the kernel has not come back. */
  public CollectorStatus status() {
    CollectorStatus known = latest;
    long silent = System.nanoTime() - beatNanos;
    boolean watching = thread != null && !closed && !over;
    if (watching && silent > PATIENCE.toNanos()) {
      return new CollectorStatus(
          NAME,
          Outcome.STUCK,
          "the kernel has not come back for " + Duration.ofNanos(silent).toSeconds() + " s",
          Duration.ofNanos(silent),
          known.cpu(),
          known.lastSuccess());
    }
    return known;
  }

  /** What was seen and lost since the start. */
  public FailedWriteTrace.Counts counts() {
    return counts;
  }

  private void run() {
    long most = limit.isZero() ? Long.MAX_VALUE : limit.toNanos();
    long began = System.nanoTime();
    try (ThreadCpu cpu = new ThreadCpu()) {
      while (!closed && !over) {
        traceOnce(cpu, began, most);
        long left = most - (System.nanoTime() - began);
        over = left <= 0;
        if (!over) {
          await(Duration.ofNanos(Math.min(RETRY.toNanos(), left)));
        }
      }
      if (over) {
        LOG.info("failed writes are not traced any more: {} are over, as configured", limit);
        latest = status(Outcome.COLLECTED, "turned off after " + limit, cpu(cpu));
      }
    }
  }

  /** From the beginning of tracing to its end, be it an error. */
  private void traceOnce(ThreadCpu cpu, long began, long most) {
    try {
      switch (FailedWriteTrace.open(host)) {
        case Missing<FailedWriteTrace> missing -> latest = judged(missing, cpu(cpu));
        case Present<FailedWriteTrace>(FailedWriteTrace trace) -> {
          try (trace) {
            LOG.info("failed writes are traced, files' names {}", named(trace));
            trace(trace, cpu, began, most);
          } finally {
            add(trace.counts());
            before = counts;
          }
        }
      }
    } catch (IOException e) {
      latest = judged(Reading.<FailedWriteTrace>failed(e), cpu(cpu));
    } catch (RuntimeException | LinkageError e) {
      LOG.error("tracing failed writes ended; tried again in {}", RETRY, e);
      latest = status(Outcome.FAILED, e.toString(), cpu(cpu));
    }
  }

  private static String named(FailedWriteTrace trace) {
    return trace.namesFiles() ? "included" : "not: this kernel has no event probes";
  }

  private void trace(FailedWriteTrace trace, ThreadCpu cpu, long began, long most)
      throws IOException {
    while (!closed && System.nanoTime() - began < most) {
      List<FailedWrite> writes = trace.next(LOOK);
      beatNanos = System.nanoTime();
      add(trace.counts());
      lastSuccess = Optional.of(clock.instant());
      latest = status(Outcome.COLLECTED, "", cpu(cpu));
      writes.forEach(this::hand);
    }
  }

  private void hand(FailedWrite write) {
    try {
      listener.failed(write);
      listenerFailed = false;
    } catch (RuntimeException e) {
      if (!listenerFailed) {
        LOG.error("a failed write could not be taken; later ones that can't are not told", e);
      }
      listenerFailed = true;
    }
  }

  private void add(FailedWriteTrace.Counts now) {
    counts = before.plus(now);
  }

  private CollectorStatus judged(Reading<FailedWriteTrace> reading, Duration cpu) {
    return switch (reading) {
      case Present<FailedWriteTrace> _ -> status(Outcome.COLLECTED, "", cpu);
      case Missing<FailedWriteTrace>(Reading.Cause cause, String detail) ->
          status(
              cause == Reading.Cause.UNSUPPORTED ? Outcome.UNSUPPORTED : Outcome.FAILED,
              detail,
              cpu);
    };
  }

  private CollectorStatus status(Outcome outcome, String detail, Duration cpu) {
    return new CollectorStatus(NAME, outcome, detail, Duration.ZERO, cpu, lastSuccess);
  }

  private static Duration cpu(ThreadCpu cpu) {
    return Duration.ofNanos(cpu.nanos());
  }

  private void await(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    synchronized (wake) {
      while (!closed && System.nanoTime() < end) {
        beatNanos = System.nanoTime();
        try {
          wake.wait(LOOK.toMillis());
        } catch (InterruptedException _) {
          closed = true;
        }
      }
    }
  }

  /** Stops tracing and waits for what it made to be removed, but not for a kernel that hangs. */
  @Override
  public void close() {
    synchronized (wake) {
      closed = true;
      wake.notifyAll();
    }
    if (thread != null) {
      try {
        thread.join(GOODBYE);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
