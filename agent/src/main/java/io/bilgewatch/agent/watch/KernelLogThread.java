package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.SourceStatus;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernellog.KernelLogItem;
import io.bilgewatch.kernellog.KernelLogSource;
import io.bilgewatch.libc.ThreadCpu;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one source of the kernel's log on a thread of its own, opens it again where it fails, and
 * keeps account. A record that makes the reader of it throw is one record lost, not the source.
 */
final class KernelLogThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelLogThread.class);

  /** Soon after a record: what belongs together may be waiting for the rest. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** A little later: what waits for long, as the rest of an OOM kill's report, may still wait. */
  private static final Duration LATER_PATIENCE = Duration.ofSeconds(3);

  /** The source itself says when there is something; waking up for nothing is what costs. */
  private static final Duration IDLE_PATIENCE = Duration.ofSeconds(15);

  private static final long LATER_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(12).toNanos();
  static final Duration RETRY = Duration.ofSeconds(10);

  private final String name;
  private final Opener opener;
  private final Reader reader;
  private final InstantSource clock;
  private final Duration retry;
  private final Thread thread;
  private final CountDownLatch tried = new CountDownLatch(1);
  private volatile Reading<String> transport = Reading.missing(Cause.PENDING, "not opened yet");
  private final AtomicLong records = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile Duration cpu = Duration.ZERO;
  private volatile Optional<Instant> lastSuccess = Optional.empty();
  private volatile boolean closed;
  private boolean threw;

  /** A source, and how it is read. */
  record Opened(String transport, KernelLogSource source) {}

  /** Opens the best that can be had. */
  @FunctionalInterface
  interface Opener {
    Opened open() throws IOException;
  }

  /** What is made of the items. */
  interface Reader {
    /**
     * @param before whether the record is older than the agent's start
     */
    void read(KernelLogItem item, boolean before);

    /** Whether copies of audit records that did not come are missed. */
    boolean needsCopies();

    /** Called now and then, whether or not something was read. */
    void pause();
  }

  /**
   * @param retry pause before a source that failed is opened again
   */
  KernelLogThread(String name, Opener opener, Reader reader, InstantSource clock, Duration retry) {
    this.name = name;
    this.opener = opener;
    this.reader = reader;
    this.clock = clock;
    this.retry = retry;
    this.thread = Thread.ofPlatform().name("bilgewatch-" + name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Waits until it was tried to open the source for the first time, and not for long. */
  void awaitTried(Duration patience) throws InterruptedException {
    if (!tried.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("{} did not open within {} s; going on without it", name, patience.toSeconds());
    }
  }

  boolean isRead() {
    return transport.isPresent();
  }

  SourceStatus source() {
    return new SourceStatus(name, transport, records.get(), lost.get());
  }

  CollectorStatus status() {
    Outcome outcome =
        switch (transport) {
          case Reading.Present<String> _ -> Outcome.COLLECTED;
          case Reading.Missing<String>(Cause cause, _) ->
              switch (cause) {
                case PENDING -> Outcome.PENDING;
                case UNSUPPORTED, VANISHED, NOT_APPLICABLE -> Outcome.UNSUPPORTED;
                case NOT_PERMITTED, MALFORMED, FAILED -> Outcome.FAILED;
                case STUCK -> Outcome.STUCK;
              };
        };
    String detail = transport instanceof Reading.Missing<String>(_, String why) ? why : "";
    return new CollectorStatus(
        "kernel_log_" + name, outcome, detail, Duration.ZERO, cpu, lastSuccess);
  }

  private void run() {
    try (ThreadCpu time = new ThreadCpu()) {
      while (!closed) {
        readUntilItFails(time);
        tried.countDown();
        if (!closed) {
          Thread.sleep(retry);
        }
      }
    } catch (InterruptedException _) {
      // Asked to end.
    }
  }

  private void readUntilItFails(ThreadCpu time) {
    try {
      Opened opened = opener.open();
      try (KernelLogSource source = opened.source()) {
        transport = Reading.of(opened.transport());
        tried.countDown();
        boolean before = true;
        long lastNanos = System.nanoTime();
        while (!closed) {
          Optional<KernelLogItem> item = source.next(patience(System.nanoTime() - lastNanos));
          if (item.isPresent()) {
            lastNanos = System.nanoTime();
            before = before && !(item.get() instanceof KernelLogItem.CaughtUp);
            take(item.get(), before);
          }
          // One that is flooded must still tell what it costs, and let wait what is due.
          if (item.isEmpty() || (records.get() & 0x3ff) == 0) {
            guarded(reader::pause);
            cpu = Duration.ofNanos(time.nanos());
            lastSuccess = Optional.of(clock.instant());
          }
        }
      }
    } catch (IOException e) {
      transport = Reading.failed(e);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("reading {} failed; tried again in {} s", name, retry.toSeconds(), e);
      transport = Reading.missing(Cause.FAILED, e.toString());
    }
  }

  private static Duration patience(long silentNanos) {
    if (silentNanos <= LATER_NANOS) {
      return PATIENCE;
    }
    return silentNanos <= IDLE_NANOS ? LATER_PATIENCE : IDLE_PATIENCE;
  }

  private void take(KernelLogItem item, boolean before) {
    switch (item) {
      case KernelLogItem.Kmsg _, KernelLogItem.Audit _ -> records.addAndGet(before ? 0 : 1);
      case KernelLogItem.Lost missing -> lost.addAndGet(before ? 0 : missing.records().orElse(1));
      case KernelLogItem.Withheld missing ->
          lost.addAndGet(before || !reader.needsCopies() ? 0 : missing.records());
      case KernelLogItem.Reopened reopened ->
          LOG.warn("{} was opened anew: {}", name, reopened.why());
      case KernelLogItem.CaughtUp _ -> {}
    }
    guarded(() -> reader.read(item, before));
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      lost.incrementAndGet();
      if (!threw) {
        LOG.error("a record of {} could not be read; such are counted as lost", name, e);
      }
      threw = true;
    }
  }

  /** Does not wait for it. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
