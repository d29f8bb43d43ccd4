package io.bilgewatch.overlay;

import io.bilgewatch.libc.ThreadCpu;
import java.time.Duration;

/** Counts one measurement's entries and asks now and then whether it may go on. */
final class Meter {
  private final Budget budget;
  private final Pace pace;
  private final ThreadCpu clock;
  private final long cpuAtStart;
  private final long wallAtStart = System.nanoTime();
  private long entries;
  private long nextLook = Pace.EVERY_ENTRIES;

  Meter(Budget budget, Pace pace, ThreadCpu clock) {
    this.budget = budget;
    this.pace = pace;
    this.clock = clock;
    this.cpuAtStart = clock.nanos();
    this.nextLook = Math.min(nextLook, budget.entries() + 1);
  }

  /** Counts an entry; the reason to stop, or null to go on. */
  Shortfall countEntry() {
    return ++entries < nextLook ? null : look();
  }

  private Shortfall look() {
    if (entries > budget.entries()) {
      return Shortfall.TOO_MANY_ENTRIES;
    }
    nextLook = Math.min(entries + Pace.EVERY_ENTRIES, budget.entries() + 1);
    Pace.Progress progress = new Pace.Progress(entries, cpu(), wall());
    if (progress.cpu().compareTo(budget.cpu()) > 0) {
      return Shortfall.OUT_OF_CPU;
    }
    if (progress.wall().compareTo(budget.wall()) > 0) {
      return Shortfall.OUT_OF_TIME;
    }
    return pace.goOn(progress) ? null : Shortfall.CANCELLED;
  }

  long entries() {
    return entries;
  }

  Duration cpu() {
    return Duration.ofNanos(clock.nanos() - cpuAtStart);
  }

  private Duration wall() {
    return Duration.ofNanos(System.nanoTime() - wallAtStart);
  }
}
