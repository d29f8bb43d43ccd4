package io.bilgewatch.agent.watch;

import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.containerlog.LogBuffers;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.containerlog.WriteFailureRules;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.ContainerLogs;
import io.bilgewatch.docker.LogFile;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a container's log once, and finds the writes that failed since it was started. */
final class LoggedFailures {
  private static final long MOST_BYTES = 16 << 20;

  private static final Duration CPU = Duration.ofSeconds(2);
  private static final int MOST = 100;

  /** A process may print before Docker notes that it has started. */
  private static final Duration EARLY = Duration.ofSeconds(2);

  private LoggedFailures() {}

  /** Each failure once, with how often it was; not applicable where there is no log to be read. */
  static Reading<List<FailureCount>> read(HostRoot host, Container container) {
    ContainerLogs logs = new ContainerLogs(host, List.of(host.asHostNames(container.dataRoot())));
    Optional<LogFile> file = logs.current(container);
    if (file.isEmpty()) {
      return Reading.notApplicable("its log driver keeps no file");
    }
    FollowedLog log =
        new FollowedLog(
            container, file.get(), true, WriteFailureRules.shipped(), Clock.systemUTC());
    try (LogBuffers buffers = new LogBuffers()) {
      return Reading.of(
          found(log, buffers, container.state().startedAt().map(start -> start.minus(EARLY))));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  private static List<FailureCount> found(
      FollowedLog log, LogBuffers buffers, Optional<Instant> since) throws IOException {
    List<FailureCount> all = new ArrayList<>(log.read(buffers, LogShare.ofOne(MOST_BYTES, CPU)));
    // The last line may be one of several, until nothing more comes.
    all.addAll(log.read(buffers, LogShare.ofOne(MOST_BYTES, CPU)));
    Map<WriteFailure, FailureCount> sums = new LinkedHashMap<>();
    for (FailureCount one : all) {
      if (since.isEmpty() || !one.last().isBefore(since.get())) {
        sums.merge(one.failure(), one, LoggedFailures::plus);
      }
    }
    return sums.values().stream().limit(MOST).toList();
  }

  private static FailureCount plus(FailureCount first, FailureCount second) {
    Instant last = first.last().isAfter(second.last()) ? first.last() : second.last();
    return new FailureCount(first.failure(), first.count() + second.count(), last);
  }
}
