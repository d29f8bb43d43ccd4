package io.bilgewatch.agent.watch;

import java.time.Duration;

/**
 * Says when a view may be made, so that making it takes a bounded share of one CPU however many
 * containers there are: a twentieth where there is news all the time, and a hundredth where there
 * is none. For one thread.
 */
final class PublishPace {
  private static final int NEWS_PAUSES = 20;
  private static final int QUIET_PAUSES = 100;

  /** Nobody waits longer than so for news, or for a view without, whatever making it takes. */
  private static final Duration MOST_NEWS = Duration.ofSeconds(10);

  private static final Duration MOST_QUIET = Duration.ofSeconds(30);

  private final Every quiet;
  private final Cost cost = new Cost();
  private boolean made;
  private long endNanos;

  /**
   * @param quiet between two views without news
   */
  PublishPace(Duration quiet) {
    this.quiet = new Every(quiet);
  }

  /** Whether a view that holds news may be made now. */
  boolean mayTell(long now) {
    return !made || now - endNanos >= pause(NEWS_PAUSES, MOST_NEWS);
  }

  /** Whether one is due without news; it is asked for at every look. */
  boolean isDue(long now) {
    return quiet.due(now) && (!made || now - endNanos >= pause(QUIET_PAUSES, MOST_QUIET));
  }

  private long pause(int pauses, Duration most) {
    return Math.min(pauses * cost.nanos(), most.toNanos());
  }

  void made(long beginNanos, long endNanos) {
    cost.took(endNanos - beginNanos);
    this.endNanos = endNanos;
    made = true;
  }
}
