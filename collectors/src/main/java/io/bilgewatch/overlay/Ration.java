package io.bilgewatch.overlay;

import io.bilgewatch.libc.ThreadCpu;
import java.time.Duration;

/**
 * What one turn of a scan may cost: it ends at the next entry after that, and goes on there in its
 * next turn.
 */
final class Ration {
  /** Reading the clock costs as much as an entry. */
  private static final int EVERY = 256;

  private final ThreadCpu clock;
  private final Runnable beat;
  private final long began;
  private final long most;
  private long entries;
  private long nextLook = EVERY;
  private boolean over;

  Ration(ThreadCpu clock, Duration cpu, Runnable beat) {
    this.clock = clock;
    this.beat = beat;
    this.began = clock.nanos();
    this.most = cpu.toNanos();
  }

  /** Counts so much work, in entries, and says whether the turn is over. */
  boolean isOverAfter(int work) {
    entries += work;
    if (entries >= nextLook && !over) {
      nextLook = entries + EVERY;
      beat.run();
      over = clock.nanos() - began > most || Thread.currentThread().isInterrupted();
    }
    return over;
  }

  long entries() {
    return entries;
  }

  Duration cpu() {
    return Duration.ofNanos(clock.nanos() - began);
  }
}
