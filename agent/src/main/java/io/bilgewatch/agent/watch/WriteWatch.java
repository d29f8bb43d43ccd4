package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.fanotify.WriteMarks;
import io.bilgewatch.fanotify.Written;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.ThreadCpu;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the kernel which containers wrote, on a thread of its own, for as long as it can;
 * where it can't, it is tried again now and then, and layers are measured without.
 */
final class WriteWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteWatch.class);
  private static final String NAME = "write_events";

  /** A write ends the wait, and who closes does. */
  private static final Duration LOOK = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofMinutes(5);
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final HostRoot host;
  private final InstantSource clock;
  private final Listener listener;
  private final Object wake = new Object();
  private volatile boolean closed;
  private volatile Optional<WriteMarks> open = Optional.empty();
  private volatile Optional<Instant> lastSuccess = Optional.empty();
  private volatile CollectorStatus status;
  private Thread thread;

  /** Who wants to hear of writes, on this watch's thread. */
  interface Listener {
    /** By these they are told of from now on; by none they are not. */
    void watchBy(Optional<WriteMarks> marks);

    void written(List<Written> all);
  }

  WriteWatch(HostRoot host, InstantSource clock, Listener listener) {
    this.host = host;
    this.clock = clock;
    this.listener = listener;
    this.status = status(Outcome.PENDING, "", Duration.ZERO);
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name("bilgewatch-write-events").start(this::run);
  }

  CollectorStatus status() {
    return status;
  }

  private void run() {
    try (ThreadCpu cpu = new ThreadCpu()) {
      while (!closed) {
        hearOnce(cpu);
        listener.watchBy(Optional.empty());
        await(RETRY);
      }
    }
  }

  private void hearOnce(ThreadCpu cpu) {
    try {
      switch (WriteMarks.open(host)) {
        case Reading.Missing<WriteMarks>(Reading.Cause cause, String detail) -> {
          boolean can = cause != Reading.Cause.NOT_PERMITTED && cause != Reading.Cause.UNSUPPORTED;
          status = status(can ? Outcome.FAILED : Outcome.UNSUPPORTED, detail, cpu(cpu));
        }
        case Reading.Present<WriteMarks>(WriteMarks marks) -> hear(marks, cpu);
      }
    } catch (IOException e) {
      if (!closed) {
        LOG.warn("writes are not told of any more, layers are walked: {}", e.getMessage());
        status = status(Outcome.FAILED, e.getMessage(), cpu(cpu));
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.error("hearing of writes ended; tried again in {}", RETRY, e);
      status = status(Outcome.FAILED, e.toString(), cpu(cpu));
    }
  }

  private void hear(WriteMarks marks, ThreadCpu cpu) throws IOException {
    try (marks) {
      open = Optional.of(marks);
      listener.watchBy(open);
      while (!closed) {
        lastSuccess = Optional.of(clock.instant());
        status = status(Outcome.COLLECTED, "", cpu(cpu));
        List<Written> written = marks.poll(LOOK);
        if (!written.isEmpty()) {
          listener.written(written);
        }
      }
    } finally {
      open = Optional.empty();
    }
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
      for (long left = most.toMillis();
          !closed && left > 0;
          left = (end - System.nanoTime()) / 1_000_000) {
        try {
          wake.wait(left);
        } catch (InterruptedException _) {
          closed = true;
        }
      }
    }
  }

  /** What is marked is no more, and nobody waits for a kernel that hangs. */
  @Override
  public void close() {
    synchronized (wake) {
      closed = true;
      wake.notifyAll();
    }
    open.ifPresent(WriteMarks::wake);
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(GOODBYE);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
