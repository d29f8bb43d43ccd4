package io.bilgewatch.agent;

import io.bilgewatch.overlay.Pace;
import java.io.PrintStream;
import java.time.Duration;

/** Says each few seconds how far a long walk is. */
final class WalkProgress implements Pace {
  private static final Duration EVERY = Duration.ofSeconds(3);

  private final PrintStream to;
  private Duration next = EVERY;

  WalkProgress(PrintStream to) {
    this.to = to;
  }

  @Override
  public boolean goOn(Progress progress) {
    if (progress.wall().compareTo(next) >= 0) {
      to.printf("%,d entries read, %d s%n", progress.entries(), progress.wall().toSeconds());
      next = progress.wall().plus(EVERY);
    }
    return true;
  }
}
