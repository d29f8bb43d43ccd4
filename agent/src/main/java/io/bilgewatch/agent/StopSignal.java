package io.bilgewatch.agent;

import io.bilgewatch.agent.cli.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT and SIGHUP: what runs is told to end, gets some seconds for it, and the process
 * ends with 0. A signal's own status would be 143; having stopped as told is no failure.
 */
final class StopSignal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  /** Whoever stops a service waits longer than that before it kills. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private StopSignal() {}

  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "bilgewatch-stop"));
    return signal;
  }

  /** Returns when a signal has come. */
  void await() throws InterruptedException {
    told.await();
  }

  private void stop() {
    if (ended.getCount() == 0) {
      // No signal: the process ends by itself, with a status of its own.
      return;
    }
    told.countDown();
    try {
      if (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("not everything stopped within {} s; ended all the same", PATIENCE.toSeconds());
      }
      Runtime.getRuntime().halt(ExitCode.FINE.number());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What ran has ended, whether told to or not. */
  @Override
  public void close() {
    ended.countDown();
  }
}
