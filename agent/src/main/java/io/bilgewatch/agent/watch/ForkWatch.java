package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.OwnerSource;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.CollectorStatus.Outcome;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.process.ForkTracker;
import io.bilgewatch.process.ProcessOwner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The fork tracker, where this kernel lets its forks be listened to. */
final class ForkWatch implements OwnerSource, AutoCloseable {
  private final HostRoot host;
  private final InstantSource clock;
  private boolean asked;
  private volatile Reading<ForkTracker> tracker = Reading.missing(Cause.PENDING, "not started yet");

  ForkWatch(HostRoot host, InstantSource clock) {
    this.host = host;
    this.clock = clock;
  }

  /**
   * Listens only while there is something to ask for, since it costs every fork of the host a
   * little. What could not be begun is tried again when there is something to ask for anew.
   */
  void keep(boolean wanted) {
    if (wanted && !asked) {
      tracker = ForkTracker.start(host);
    } else if (!wanted && asked) {
      close();
      tracker = Reading.notApplicable("no source of denials is read");
    }
    asked = wanted;
  }

  @Override
  public ProcessOwner at(int pid, Instant event) {
    return switch (tracker) {
      case Reading.Present<ForkTracker>(ForkTracker running) -> running.at(pid, event);
      case Reading.Missing<ForkTracker> _ -> NONE.at(pid, event);
    };
  }

  CollectorStatus status() {
    return switch (tracker) {
      case Reading.Present<ForkTracker>(ForkTracker running) ->
          new CollectorStatus(
              "forks",
              Outcome.COLLECTED,
              "",
              Duration.ZERO,
              Duration.ofNanos(running.figures().cpuNanos()),
              Optional.of(clock.instant()));
      case Reading.Missing<ForkTracker>(Cause cause, String detail) ->
          new CollectorStatus(
              "forks",
              cause.isFault() ? Outcome.UNSUPPORTED : Outcome.PENDING,
              detail,
              Duration.ZERO,
              Duration.ZERO,
              Optional.empty());
    };
  }

  @Override
  public void close() {
    tracker.optional().ifPresent(ForkTracker::close);
  }
}
