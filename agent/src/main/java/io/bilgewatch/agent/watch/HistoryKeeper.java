package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.history.Histories;
import io.bilgewatch.agent.history.HistoryFile;
import io.bilgewatch.agent.history.Restored;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.libc.ThreadCpu;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the histories over a restart of the agent: reads them once at the start, and writes them
 * every few minutes and at the end, on a thread of its own, since a disk may hang.
 */
final class HistoryKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryKeeper.class);
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  /** The service manager waits no longer than 15 s in all for the end. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Histories histories;
  private final HistoryFile file;
  private final InstantSource clock;
  private final Thread thread =
      Thread.ofPlatform().name("bilgewatch-history").daemon().unstarted(this::run);
  private final CountDownLatch loaded = new CountDownLatch(1);
  private boolean closed;
  private volatile CollectorStatus status = status(Outcome.PENDING, "", Duration.ZERO, 0);

  HistoryKeeper(Histories histories, Path directory, InstantSource clock) {
    this.histories = histories;
    this.file = new HistoryFile(directory);
    this.clock = clock;
  }

  /** Waits a little for what there is; where the disk hangs, nothing else waits for it. */
  void start() {
    thread.start();
    try {
      if (!loaded.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{}: not read in time; begun anew until it is", file.path());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void load() {
    Restored restored = file.load(histories, clock.instant(), System.nanoTime());
    loaded.countDown();
    switch (restored) {
      case Restored.Loaded(int series, Duration age) ->
          LOG.info("{}: {} histories go on after {} s", file.path(), series, age.toSeconds());
      case Restored.NoFile() -> LOG.info("{}: no histories yet", file.path());
      case Restored.TooOld(Duration age) ->
          LOG.info("{}: {} s old, of no use any more", file.path(), age.toSeconds());
      case Restored.SetAside(Path where, String why) ->
          LOG.warn("{}: not understood ({}); kept as {}, begun anew", file.path(), why, where);
      case Restored.Failed(String why) -> LOG.warn("histories can't be read, begun anew: {}", why);
    }
  }

  CollectorStatus status() {
    return status;
  }

  private void run() {
    try (ThreadCpu cpu = new ThreadCpu()) {
      load();
      boolean more = true;
      while (more) {
        more = awaitNext();
        save(cpu);
      }
    } catch (InterruptedException _) {
      // There was no patience left.
    }
  }

  /** Whether there is another time after this. */
  private synchronized boolean awaitNext() throws InterruptedException {
    long until = System.nanoTime() + INTERVAL.toNanos();
    long left = INTERVAL.toMillis();
    while (!closed && left > 0) {
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
    return !closed;
  }

  private void save(ThreadCpu cpu) {
    long began = System.nanoTime();
    Outcome before = status.outcome();
    Outcome outcome = Outcome.COLLECTED;
    String detail = "";
    try {
      file.save(histories, clock.instant(), began);
    } catch (IOException | RuntimeException e) {
      outcome = Outcome.FAILED;
      detail = "histories can't be kept over a restart: " + e;
    }
    status = status(outcome, detail, Duration.ofNanos(System.nanoTime() - began), cpu.nanos());
    if (outcome == Outcome.FAILED && before != Outcome.FAILED) {
      LOG.warn("{}; is {} there and writable?", detail, file.path().getParent());
    }
  }

  private CollectorStatus status(Outcome outcome, String detail, Duration took, long cpuNanos) {
    Optional<Instant> success =
        outcome == Outcome.COLLECTED
            ? Optional.of(clock.instant())
            : Optional.ofNullable(status).flatMap(CollectorStatus::lastSuccess);
    return new CollectorStatus(
        "history", outcome, detail, took, Duration.ofNanos(cpuNanos), success);
  }

  /** Writes them once more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      if (!thread.join(PATIENCE)) {
        LOG.warn("{}: not written in time", file.path());
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
