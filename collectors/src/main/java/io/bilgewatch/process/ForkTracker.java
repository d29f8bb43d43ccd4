package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.ThreadCpu;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps a {@link ForkCache} current by the kernel's {@link ForkEvents}, in a thread of its own.
 * Costs about 6 µs of it for each fork, exec and exit of the host, and the forking process as much,
 * so it is run only where something asks.
 *
 * <p>Where events come faster than is good for the host, or are lost twice in a short time, it
 * steps aside for some seconds: the forking processes are then no longer slowed, and what is asked
 * meanwhile is unknown. Who lives long is found by {@link ContainerOfProcess} all the same.
 */
public final class ForkTracker implements AutoCloseable {
  /** An event ends the wait, and who closes does. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Between two looks whether it is time to listen again. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final Duration ASIDE = Duration.ofSeconds(5);
  private static final int EVENTS_A_SECOND = 60_000;

  /** Between two of which somebody who asks may come in. */
  private static final int CHUNK = 256;

  /** Who asks reads what is queued, which is in the order of what happened, and no more. */
  private static final int MOST_BEFORE_ANSWER = 8_192;

  private static final long SECOND = 1_000_000_000;

  /**
   * What was done so far.
   *
   * @param lost how often the kernel had to drop events
   * @param stepsAside how often it was too much
   * @param tasks known now
   * @param tasksRefused found no room
   * @param looksDenied were over the budget
   * @param cpuNanos of its thread
   */
  public record Figures(
      long events,
      long lost,
      long stepsAside,
      int tasks,
      long tasksRefused,
      long looks,
      long looksDenied,
      long cpuNanos) {}

  private final int eventsASecond;
  private final ForkAccount account;
  private final Thread thread = Thread.ofPlatform().name("forks").daemon().unstarted(this::run);

  /** Empty while stepped aside. All of these are guarded by this object. */
  private Optional<ForkEvents> events;

  /** To be closed by the thread, which may be waiting for it. */
  private Optional<ForkEvents> retired = Optional.empty();

  private long resumeAt;
  private long lostAt;
  private long secondBegan;
  private long eventsInSecond;
  private long eventsSeen;
  private long lost;
  private long stepsAside;
  private volatile long cpuNanos;
  private volatile boolean stopping;

  private ForkTracker(HostRoot host, ForkEvents events, int eventsASecond) {
    this.eventsASecond = eventsASecond;
    this.account = new ForkAccount(host);
    this.events = Optional.of(events);
    this.secondBegan = System.nanoTime();
    this.lostAt = secondBegan - ASIDE.toNanos();
  }

  /** Missing, with its cause, where the kernel does not let its forks be listened to. */
  public static Reading<ForkTracker> start(HostRoot host) {
    return start(host, EVENTS_A_SECOND);
  }

  /** As above, and stepping aside where there are more events than this. */
  static Reading<ForkTracker> start(HostRoot host, int eventsASecond) {
    try {
      ForkTracker tracker = new ForkTracker(host, ForkEvents.open(), eventsASecond);
      tracker.account.scan();
      tracker.thread.start();
      return Reading.of(tracker);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  /** Whose the task was that had the number when something happened. */
  public ProcessOwner at(int task, Instant event) {
    OptionalLong nanos = MonotonicTime.of(event);
    return nanos.isPresent()
        ? at(task, nanos.getAsLong())
        : new ProcessOwner.Unknown("the event's time is none");
  }

  /**
   * As above.
   *
   * @param nanos CLOCK_MONOTONIC's, as {@link System#nanoTime}
   */
  public synchronized ProcessOwner at(int task, long nanos) {
    // The fork was queued before the task could do anything, but perhaps not read yet.
    int read = 0;
    while (read < MOST_BEFORE_ANSWER && drain() == CHUNK) {
      read += CHUNK;
    }
    return events.isEmpty()
        ? new ProcessOwner.Unknown("too many processes come and go to keep account of them")
        : account.owner(task, nanos);
  }

  public synchronized Figures figures() {
    return new Figures(
        eventsSeen,
        lost,
        stepsAside,
        account.tasks(),
        account.tasksRefused(),
        account.looks(),
        account.looksDenied(),
        cpuNanos);
  }

  private void run() {
    try (ThreadCpu cpu = new ThreadCpu()) {
      while (!stopping) {
        step();
        cpuNanos = cpu.nanos();
      }
    } catch (InterruptedException _) {
      // Asked to end.
    }
  }

  private void step() throws InterruptedException {
    Optional<ForkEvents> now = current();
    if (now.isEmpty()) {
      resume();
      Thread.sleep(PAUSE);
    } else if (isReadable(now.get(), patience())) {
      synchronized (this) {
        drain();
      }
    }
    synchronized (this) {
      account.work();
    }
  }

  private synchronized Optional<ForkEvents> current() {
    return events;
  }

  private synchronized Duration patience() {
    // poll counts in milliseconds: rounded down, it would be asked again and again.
    long due = Math.ceilDiv(account.untilDue(System.nanoTime()), 1_000_000L);
    return Duration.ofMillis(Math.min(due, PATIENCE.toMillis()));
  }

  /** Outside of the lock; nobody but this thread closes it, or who has waited for its end. */
  private static boolean isReadable(ForkEvents events, Duration patience) {
    try {
      return events.awaitReadable(patience);
    } catch (IOException _) {
      return true;
    }
  }

  /** Returns how many events were read: fewer than a chunk where there are no more. */
  private int drain() {
    int read = 0;
    while (read < CHUNK && events.isPresent()) {
      try {
        Optional<TaskEvent> event = events.get().next();
        if (event.isEmpty()) {
          break;
        }
        read++;
        account.take(event.get());
      } catch (ErrnoException e) {
        lost(e.errno() == Errno.ENOBUFS);
      } catch (IOException _) {
        lost(false);
      }
    }
    pace(read);
    return read;
  }

  private void lost(boolean overflow) {
    lost++;
    account.clear();
    long now = System.nanoTime();
    if (!overflow || now - lostAt < ASIDE.toNanos()) {
      stepAside(now);
    } else {
      account.scan();
    }
    lostAt = now;
  }

  private void pace(int read) {
    long now = System.nanoTime();
    eventsSeen += read;
    eventsInSecond += read;
    if (eventsInSecond > eventsASecond) {
      stepAside(now);
    }
    if (now - secondBegan > SECOND) {
      secondBegan = now;
      eventsInSecond = 0;
    }
  }

  private void stepAside(long now) {
    stepsAside++;
    retired = events;
    events = Optional.empty();
    account.clear();
    resumeAt = now + ASIDE.toNanos();
    eventsInSecond = 0;
  }

  private synchronized void resume() {
    retire();
    long now = System.nanoTime();
    if (events.isEmpty() && now - resumeAt >= 0) {
      try {
        events = Optional.of(ForkEvents.open());
        secondBegan = now;
        account.scan();
      } catch (IOException _) {
        resumeAt = now + ASIDE.toNanos();
      }
    }
  }

  private void retire() {
    retired.ifPresent(ForkEvents::close);
    retired = Optional.empty();
  }

  /** Its thread waits in the kernel, where no interrupt is seen. */
  private synchronized void wake() {
    try {
      if (events.isPresent()) {
        events.get().wake();
      }
    } catch (IOException _) {
      // Then its patience ends the wait.
    }
  }

  /** Waits for the thread's end. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    wake();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    synchronized (this) {
      retire();
      events.ifPresent(ForkEvents::close);
      events = Optional.empty();
      account.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
