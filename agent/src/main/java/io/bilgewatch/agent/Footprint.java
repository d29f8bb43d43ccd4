package io.bilgewatch.agent;

import io.bilgewatch.libc.FilePages;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps small what the process holds of the host's memory. The serial collector lets its old
 * generation grow to the limit before it looks for garbage in it, so that the limit is what would
 * be resident; and what only the start needed would stay for good.
 */
final class Footprint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Footprint.class);

  /**
   * The start is over: the libraries are loaded, layers were measured, and {@link Rehearsal} is
   * through.
   */
  private static final Duration SETTLED = Duration.ofSeconds(40);

  /** A collection takes the time of some milliseconds for each MiB that lives. */
  private static final Duration BETWEEN = Duration.ofSeconds(60);

  private static final long LEAST_GARBAGE = 6 << 20;

  private final Thread thread =
      Thread.ofVirtual().name("bilgewatch-footprint").unstarted(this::run);

  static Footprint keep() {
    Footprint footprint = new Footprint();
    footprint.thread.start();
    return footprint;
  }

  private void run() {
    try {
      Thread.sleep(SETTLED);
      long live = collect();
      giveUpPages();
      while (true) {
        Thread.sleep(BETWEEN);
        if (isWorthIt(live, used())) {
          live = collect();
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /**
   * @param live what was left by the last collection
   */
  static boolean isWorthIt(long live, long used) {
    return used - live > Math.max(LEAST_GARBAGE, live / 3);
  }

  @SuppressWarnings("SystemGc")
  private static long collect() {
    System.gc();
    return used();
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void giveUpPages() {
    try {
      FilePages.giveUp();
    } catch (IOException e) {
      LOG.debug("the pages of files stay mapped", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
