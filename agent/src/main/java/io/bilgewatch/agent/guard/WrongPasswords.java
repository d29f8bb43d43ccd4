package io.bilgewatch.agent.guard;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log who gave a wrong name or password, once a minute at most. Names are not told:
 * some people type their password there.
 */
final class WrongPasswords {
  private static final Logger LOG = LoggerFactory.getLogger(WrongPasswords.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private long untold;
  private long toldNanos;
  private boolean told;

  /**
   * @param peer its address
   * @param nowNanos by a monotonic clock
   */
  synchronized void happened(String peer, long nowNanos) {
    untold++;
    if (told && nowNanos - toldNanos < PAUSE.toNanos()) {
      return;
    }
    LOG.warn("a wrong name or password was given {} times, last from {}", untold, peer);
    told = true;
    toldNanos = nowNanos;
    untold = 0;
  }
}
