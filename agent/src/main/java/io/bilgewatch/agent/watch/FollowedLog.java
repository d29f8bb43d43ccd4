package io.bilgewatch.agent.watch;

import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.containerlog.FailureFinder;
import io.bilgewatch.containerlog.LogBuffers;
import io.bilgewatch.containerlog.LogFollower;
import io.bilgewatch.containerlog.WriteFailureRules;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.LogFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** One container's log, and what came of it so far. Read by one thread at a time. */
final class FollowedLog {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final LogFile file;
  private final LogFollower follower;
  private final FailureFinder finder;
  private final Clock clock;
  private final AtomicLong skippedBytes = new AtomicLong();
  private final AtomicLong malformedRows = new AtomicLong();
  private volatile Container container;
  private volatile long waiting;

  FollowedLog(
      Container container,
      LogFile file,
      boolean fromBeginning,
      WriteFailureRules rules,
      Clock clock) {
    this.container = container;
    this.file = file;
    this.follower = new LogFollower(file, fromBeginning);
    this.finder = new FailureFinder(rules, clock, THREADS::getCurrentThreadCpuTime);
    this.clock = clock;
  }

  boolean isOf(LogFile other) {
    return file.equals(other);
  }

  /** Whether it is this very container's, and its file was there and the same a second ago. */
  @SuppressWarnings("ReferenceEquality")
  boolean isUnchangedOf(Container same) {
    return container == same && follower.isUnchanged();
  }

  Container container() {
    return container;
  }

  /** The same container by a newer state. */
  void container(Container newer) {
    container = newer;
  }

  /** Bytes that the last look found. */
  long waiting() {
    return waiting;
  }

  long skippedBytes() {
    return skippedBytes.get();
  }

  long malformedRows() {
    return malformedRows.get();
  }

  /** Reads what is new, as far as the share goes. */
  List<FailureCount> read(LogBuffers buffers, LogShare share) throws IOException {
    finder.spendAtMost(share.cpuNanos());
    try {
      waiting = follower.look(buffers, clock.instant());
      long granted = share.take(waiting);
      if (waiting > 0) {
        follower.read(buffers, granted, finder);
      } else {
        follower.flush(finder);
      }
      return finder.take();
    } finally {
      share.spent(finder.spentNanos());
      skippedBytes.addAndGet(follower.takeSkippedBytes() + finder.takeSkippedBytes());
      malformedRows.addAndGet(follower.takeMalformedRows());
    }
  }
}
