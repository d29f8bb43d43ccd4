package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import java.io.IOException;
import java.util.Optional;

/**
 * A {@link ForkCache} and the looks at {@code /proc} that it lives on, within a budget:
 *
 * <ul>
 *   <li>at who is there already;
 *   <li>at who becomes another program. A container's process is then confirmed, if there is budget
 *       to spare;
 *   <li>at the host's child that is still the same program some time later. A runtime's first
 *       process waits so in its container's cgroup for the word to begin. If the container's
 *       program ends at once, this was the only look that came in time.
 * </ul>
 *
 * <p>Not for several threads.
 */
final class ForkAccount implements AutoCloseable {
  private static final int LOOKS_A_SECOND = 1_000;
  private static final int SCANNED_AT_ONCE = 32;
  private static final int LATE_AT_MOST = 1_024;
  private static final long SOON = 8_000_000;
  private static final long LATER = 60_000_000;

  /** Between two of them. */
  private static final long FRESH_START = 60_000_000_000L;

  private final HostRoot host;
  private final ContainerOfProcess reader;
  private final ForkCache cache = new ForkCache();
  private final LookBudget budget = new LookBudget(LOOKS_A_SECOND, System.nanoTime());

  /** Some runtimes move the child before they let it go on, and some make it there. */
  private final LateLooks soon = new LateLooks(SOON, LATE_AT_MOST);

  private final LateLooks later = new LateLooks(LATER, LATE_AT_MOST);
  private Optional<ProcessScan> scan = Optional.empty();
  private long looks;
  private long refusedBefore;
  private long freshAt;

  ForkAccount(HostRoot host) {
    this.host = host;
    this.reader = new ContainerOfProcess(host);
    this.freshAt = System.nanoTime() - FRESH_START;
  }

  void take(TaskEvent event) {
    switch (event) {
      case TaskEvent.Fork fork -> forked(fork);
      case TaskEvent.Exec exec -> executed(exec);
      case TaskEvent.Exit exit -> cache.exited(exit);
      case TaskEvent.Answer _, TaskEvent.Other _ -> {}
    }
  }

  private void forked(TaskEvent.Fork fork) {
    cache.forked(fork);
    if (!fork.isThread() && cache.isNotLookedAt(fork.task())) {
      long now = System.nanoTime();
      soon.add(fork.task(), now);
      later.add(fork.task(), now);
    }
  }

  private void executed(TaskEvent.Exec exec) {
    int task = exec.process();
    cache.executed(exec);
    if (budget.take(!cache.isOfContainer(task), System.nanoTime())) {
      look(task);
    }
  }

  private void look(int task) {
    long before = System.nanoTime();
    looks++;
    cache.looked(task, reader.now(task), before);
  }

  /** Only what is found in a container is kept: the host's child may still be on its way there. */
  private void lookIfLateFor(LateLooks late, long now) {
    while (late.isDue(now)) {
      int task = late.next();
      if (cache.isNotLookedAt(task) && budget.take(true, now)) {
        looks++;
        ProcessOwner owner = reader.now(task);
        if (owner instanceof ProcessOwner.OfContainer) {
          cache.looked(task, owner, now);
        }
      }
    }
  }

  /**
   * Where no room is left. A thread whose process becomes another program by its doing goes without
   * an event, and who likes can fill the table with such ones.
   */
  private void beginAfreshIfFull(long now) {
    if (cache.refused() > refusedBefore && now - freshAt >= FRESH_START) {
      refusedBefore = cache.refused();
      freshAt = now;
      clear();
      scan();
    }
  }

  /** What is to be done beside the events, a little at a time. */
  void work() {
    long now = System.nanoTime();
    beginAfreshIfFull(now);
    cache.forget(now);
    lookIfLateFor(soon, now);
    lookIfLateFor(later, now);
    for (int i = 0; i < SCANNED_AT_ONCE && scan.isPresent(); i++) {
      if (scan.get().hasNext()) {
        look(scan.get().next());
      } else {
        scan = Optional.empty();
      }
    }
  }

  private boolean isScanning() {
    return scan.isPresent();
  }

  /** Nanoseconds until there is something to be done; {@link Long#MAX_VALUE} where there is not. */
  long untilDue(long now) {
    return isScanning() ? 0 : Math.min(soon.untilDue(now), later.untilDue(now));
  }

  /** Knows nothing any more, and looks at nobody. */
  void clear() {
    cache.clear();
    soon.clear();
    later.clear();
    scan = Optional.empty();
  }

  /** Looks at all who are there, while events of all who come are queued already. */
  void scan() {
    try {
      scan = Optional.of(ProcessScan.of(host));
    } catch (IOException _) {
      // Then only who comes from now on is known.
      scan = Optional.empty();
    }
  }

  ProcessOwner owner(int task, long nanos) {
    return cache.owner(task, nanos);
  }

  int tasks() {
    return cache.size();
  }

  long tasksRefused() {
    return cache.refused();
  }

  long looks() {
    return looks;
  }

  long looksDenied() {
    return budget.denied();
  }

  @Override
  public void close() {
    reader.close();
  }
}
