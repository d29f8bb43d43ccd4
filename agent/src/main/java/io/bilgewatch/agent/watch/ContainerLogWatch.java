package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.view.CollectorStatus;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the logs of all containers once a second, or while they are all quiet every five, on a
 * thread of its own, and tells of failed writes in them. The log of a container that was there
 * before is followed from its end, that of one made since from its beginning.
 */
public final class ContainerLogWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLogWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Where nobody has written anything for that long, a pass comes seldom. */
  private static final Duration QUIET = Duration.ofSeconds(60);

  private static final Duration QUIET_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** After a long wait, no more is read at once than is in so many seconds. */
  private static final double MOST_SECONDS = QUIET_PAUSE.toSeconds();

  private final HostRoot root;
  private final Settings settings;
  private final Listener listener;
  private final Clock clock;
  private final Instant began;
  private final CollectorRun<Watched, Integer> collector;
  private final ThreadLocal<LogBuffers> buffers = ThreadLocal.withInitial(LogBuffers::new);
  private volatile LogShare share = new LogShare(0, 0, 0, 0);
  private final Map<String, FollowedLog> followed = new ConcurrentHashMap<>();
  private Map<String, Watched> watched = Map.of();
  private Collection<Container> given;
  private boolean watching;
  private Thread thread;
  private boolean hasNew;
  private long busyNanos = System.nanoTime();
  private boolean closed;

  /**
   * A container whose log is to be followed.
   *
   * @param isNew whether it is one made since, so that its log is read from the beginning
   */
  private record Watched(Container container, boolean isNew) {}

  /** How much of the logs is read; what is more is skipped and counted. */
  public record Settings(long bytesPerSecondPerContainer, long totalBytesPerSecond) {
    public static final Settings DEFAULT = new Settings(1 << 20, 8 << 20);

    public Settings {
      if (bytesPerSecondPerContainer <= 0 || totalBytesPerSecond <= 0) {
        throw new IllegalArgumentException("rates are more than 0");
      }
    }
  }

  /** Is told what was found, on the watch's own thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param at when the last of them was printed
     * @param count how many alike there were
     */
    void found(Container container, WriteFailure failure, Instant at, int count);
  }

  public ContainerLogWatch(HostRoot root, Settings settings, Listener listener) {
    this(root, settings, listener, Clock.systemUTC());
  }

  ContainerLogWatch(HostRoot root, Settings settings, Listener listener, Clock clock) {
    this.root = root;
    this.settings = settings;
    this.listener = listener;
    this.clock = clock;
    this.began = clock.instant();
    this.collector =
        new CollectorRun<>(new Collector<>("container_logs", this::read), PATIENCE, clock);
  }

  public synchronized void start() {
    thread = Thread.ofPlatform().daemon().name("bilgewatch-log-schedule").start(this::run);
  }

  /**
   * The containers to follow from now on; what was known of others is forgotten. Reads nothing:
   * where a log is now is looked up by the thread that reads it.
   */
  @SuppressWarnings("ReferenceEquality")
  public synchronized void watch(Collection<Container> containers) {
    if (containers == given) {
      return;
    }
    given = containers;
    Map<String, Watched> now = new HashMap<>();
    for (Container container : containers) {
      Watched before = watched.get(container.id());
      boolean isNew = before == null ? isNew(container) : before.isNew();
      now.put(container.id(), new Watched(container, isNew));
    }
    hasNew |= !watched.keySet().containsAll(now.keySet());
    watched = Map.copyOf(now);
    followed.keySet().retainAll(now.keySet());
    watching = true;
    if (hasNew) {
      notifyAll();
    }
  }

  private ContainerLogs logs(Container container) {
    return new ContainerLogs(root, List.of(root.asHostNames(container.dataRoot())));
  }

  private FollowedLog followed(Watched one, LogFile file) {
    Container container = one.container();
    FollowedLog known = followed.get(container.id());
    if (known != null && known.isOf(file)) {
      known.container(container);
      return known;
    }
    FollowedLog fresh =
        new FollowedLog(container, file, one.isNew(), WriteFailureRules.shipped(), clock);
    followed.put(container.id(), fresh);
    return fresh;
  }

  private boolean isNew(Container container) {
    Optional<Instant> created = container.state().createdAt();
    return watching && created.map(time -> time.isAfter(began)).orElse(true);
  }

  /** Bytes of each container's log that were not read or not looked at, since it was first seen. */
  public Map<String, Long> skippedBytes() {
    return figures(FollowedLog::skippedBytes);
  }

  /** Rows of each container's log that were not understood, since it was first seen. */
  public Map<String, Long> malformedRows() {
    return figures(FollowedLog::malformedRows);
  }

  private Map<String, Long> figures(ToLongFunction<FollowedLog> figure) {
    Map<String, Long> figures = new HashMap<>();
    for (Map.Entry<String, FollowedLog> one : followed.entrySet()) {
      figures.put(one.getKey(), figure.applyAsLong(one.getValue()));
    }
    return figures;
  }

  public CollectorStatus status() {
    return collector.status();
  }

  private void run() {
    long before = System.nanoTime() - PAUSE.toNanos();
    try {
      while (awaitNext(before)) {
        long now = System.nanoTime();
        pass(Math.min(MOST_SECONDS, (now - before) / 1e9));
        before = now;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitNext(long before) throws InterruptedException {
    while (!closed) {
      long left = before + pause().toNanos() - System.nanoTime();
      if (hasNew || left <= 0) {
        hasNew = false;
        return true;
      }
      wait(left / 1_000_000 + 1);
    }
    return false;
  }

  private Duration pause() {
    return System.nanoTime() - busyNanos < QUIET.toNanos() ? PAUSE : QUIET_PAUSE;
  }

  private void pass(double seconds) {
    Map<String, Watched> logs = modestFirst();
    share =
        new LogShare(
            settings.bytesPerSecondPerContainer(),
            settings.totalBytesPerSecond(),
            logs.size(),
            seconds);
    try {
      collector.run(logs);
    } catch (RuntimeException e) {
      LOG.error("following the logs failed", e);
    }
  }

  private synchronized Map<String, Watched> modestFirst() {
    if (isQuiet()) {
      return watched;
    }
    busyNanos = System.nanoTime();
    Map<String, Watched> logs = new LinkedHashMap<>();
    watched.entrySet().stream()
        .map(entry -> Map.entry(waiting(entry.getKey()), entry))
        .sorted(Comparator.comparingLong(Map.Entry::getKey))
        .map(Map.Entry::getValue)
        .forEach(entry -> logs.put(entry.getKey(), entry.getValue()));
    return logs;
  }

  /** Most of the time nobody writes much, and any order will do. */
  private boolean isQuiet() {
    for (FollowedLog log : followed.values()) {
      if (log.waiting() > 0) {
        return false;
      }
    }
    return true;
  }

  private long waiting(String id) {
    FollowedLog known = followed.get(id);
    return known == null ? 0 : known.waiting();
  }

  /** A thread that was stuck comes back with buffers of its own. */
  private Reading<Integer> read(Watched one) {
    Container container = one.container();
    FollowedLog known = followed.get(container.id());
    if (known != null && known.isUnchangedOf(container)) {
      return read(known);
    }
    Optional<LogFile> file = logs(container).current(container);
    if (file.isEmpty()) {
      followed.remove(container.id());
      return Reading.of(0);
    }
    return read(followed(one, file.get()));
  }

  private Reading<Integer> read(FollowedLog log) {
    try {
      List<FailureCount> found = log.read(buffers.get(), share);
      found.forEach(
          each -> listener.found(log.container(), each.failure(), each.last(), each.count()));
      return Reading.of(found.size());
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    collector.close();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
