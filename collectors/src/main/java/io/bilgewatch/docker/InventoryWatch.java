package io.bilgewatch.docker;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back soon after a container appeared, changed or went, by inotify(7) on the directories of
 * the data roots. A hint only: what it misses, the periodic pass finds.
 *
 * <p>Docker replaces a state file by renaming a temporary one, so a file that is created in a
 * container's directory is a change of its state. The first change after a quiet time is told after
 * 20 ms, further ones at most five times a second.
 */
public final class InventoryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryWatch.class);

  /** One start of a container is a dozen events within some milliseconds. */
  private static final Duration BURST = Duration.ofMillis(20);

  /** Health checks rewrite a container's state each time: a pass for each would cost too much. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration STOP = Duration.ofSeconds(2);

  private final HostRoot root;
  private final Runnable wake;
  private final Map<Path, WatchedRoot> roots = new LinkedHashMap<>();
  private final WatchService service;
  private final String unavailable;
  private final Thread thread;

  /** Read by who may not wait for who watches. */
  private volatile boolean whole;

  /**
   * Watches nothing until told to.
   *
   * @param wake runs on the watch's own thread and is to return soon
   */
  public InventoryWatch(HostRoot root, Runnable wake) {
    this.root = root;
    this.wake = wake;
    WatchService opened = null;
    String reason = "";
    try {
      opened = FileSystems.getDefault().newWatchService();
    } catch (IOException e) {
      reason = "no inotify: " + e.getMessage();
    }
    this.service = opened;
    this.unavailable = reason;
    this.thread = Thread.ofPlatform().name("inventory-watch").daemon().unstarted(this::run);
    if (opened != null) {
      thread.start();
    }
  }

  /**
   * Watches these data roots (as the host names them) and no others; tries again what could not be
   * watched, and what is another directory by now.
   */
  public synchronized void retarget(List<Path> dataRoots) {
    if (service == null) {
      return;
    }
    roots.entrySet().removeIf(entry -> dropped(entry, dataRoots));
    for (Path dataRoot : dataRoots) {
      roots
          .computeIfAbsent(
              dataRoot,
              path -> new WatchedRoot(root.host(path).resolve(StateFiles.CONTAINERS), service))
          .refresh();
    }
    whole = isWatchingAll();
  }

  private boolean isWatchingAll() {
    return !roots.isEmpty()
        && roots.values().stream().map(WatchedRoot::status).allMatch(Reading::isPresent);
  }

  /**
   * Whether a change of any container would be noticed, as far as is known; waits for nothing. A
   * data root without a directory of containers counts as one that is not watched.
   */
  public boolean isWhole() {
    return whole;
  }

  private static boolean dropped(Map.Entry<Path, WatchedRoot> entry, List<Path> dataRoots) {
    boolean dropped = !dataRoots.contains(entry.getKey());
    if (dropped) {
      entry.getValue().cancel();
    }
    return dropped;
  }

  /**
   * For each data root how many containers' directories are watched, or why it is not watched or
   * only in part.
   */
  public synchronized Map<Path, Reading<Integer>> status() {
    Map<Path, Reading<Integer>> status = new LinkedHashMap<>();
    roots.forEach((path, watched) -> status.put(path, watched.status()));
    return status;
  }

  /** Why nothing at all can be watched; empty where it can. */
  public Reading<Boolean> available() {
    return service == null ? Reading.missing(Cause.FAILED, unavailable) : Reading.of(Boolean.TRUE);
  }

  private void run() {
    long pause = System.nanoTime();
    try {
      while (true) {
        boolean changed = guarded(service.take());
        long burst = System.nanoTime() + BURST.toNanos();
        long end = burst - pause > 0 ? burst : pause;
        for (WatchKey key = next(end); key != null; key = next(end)) {
          changed |= guarded(key);
        }
        if (changed) {
          wake();
          pause = System.nanoTime() + PAUSE.toNanos();
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException _) {
      // Closed.
    }
  }

  /** The next change before the end; events without a pause must not put the end off. */
  private WatchKey next(long end) throws InterruptedException {
    long left = end - System.nanoTime();
    return left > 0 ? service.poll(left, TimeUnit.NANOSECONDS) : null;
  }

  /** A throw must not end the thread: what it was about is looked at instead. */
  private boolean guarded(WatchKey key) {
    try {
      return handle(key);
    } catch (ClosedWatchServiceException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("a change of Docker's files was not understood", e);
      return true;
    }
  }

  private synchronized boolean handle(WatchKey key) {
    List<WatchEvent<?>> events = key.pollEvents();
    boolean valid = key.reset();
    boolean changed = false;
    for (WatchedRoot watched : roots.values()) {
      changed |= watched.handle(key, events, valid);
    }
    whole = isWatchingAll();
    return changed;
  }

  private void wake() {
    try {
      wake.run();
    } catch (RuntimeException e) {
      LOG.error("what the inventory watch calls failed", e);
    }
  }

  /** Ends the thread and gives back all watches. */
  @Override
  public void close() throws IOException {
    if (service == null) {
      return;
    }
    service.close();
    try {
      thread.join(STOP);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
