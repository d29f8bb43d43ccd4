package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads things one after the other on a daemon thread of its own, which is there from the first
 * question on, and waits for each no longer than its patience. The one that does not come back (a
 * statfs on a dead mount sleeps in the kernel for ever) is left behind with its thread, and the
 * rest goes on with a new one; it is not asked again until its thread has come back.
 */
public final class PatientWorker<K> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PatientWorker.class);
  private static final int MOST_STUCK = 4;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final String name;
  private final Duration patience;
  private final Map<K, Long> stuckSince = new ConcurrentHashMap<>();
  private final AtomicLong cpuNanos = new AtomicLong();
  private final Object laneLock = new Object();
  private volatile Run<?> running;
  private Optional<Lane> lane = Optional.empty();
  private volatile boolean closed;

  public PatientWorker(String name, Duration patience) {
    this.name = name;
    this.patience = patience;
  }

  /** Reads every key; a key whose read throws, or does not come back, is missing alone. */
  public synchronized <V> Map<K, Reading<V>> readAll(
      Collection<K> keys, Function<K, Reading<V>> read) {
    Map<K, Reading<V>> results = HashMap.newHashMap(keys.size());
    Queue<K> waiting = new ArrayDeque<>(keys.size() + 1);
    for (K key : keys) {
      if (stuckSince.containsKey(key)) {
        results.put(key, stuck(key));
      } else {
        waiting.add(key);
      }
    }
    while (!waiting.isEmpty() && !closed) {
      if (stuckSince.size() >= MOST_STUCK) {
        waiting.forEach(key -> results.put(key, tooManyStuck()));
        return results;
      }
      waiting = readSome(waiting, read, results);
    }
    if (results.size() < keys.size()) {
      keys.forEach(key -> results.computeIfAbsent(key, _ -> unanswered()));
    }
    return results;
  }

  /** Called by a read that takes long, to say that it is getting on. */
  public void beat() {
    Run<?> run = running;
    if (run != null) {
      run.beat();
    }
  }

  /** CPU time that all runs took. */
  public Duration cpu() {
    return Duration.ofNanos(cpuNanos.get());
  }

  /** How many reads have not come back. */
  public int stuck() {
    return stuckSince.size();
  }

  private <V> Queue<K> readSome(
      Queue<K> waiting, Function<K, Reading<V>> read, Map<K, Reading<V>> results) {
    Run<V> run = new Run<>(waiting, read);
    running = run;
    if (!accept(run)) {
      return waiting;
    }
    boolean finished = run.await();
    run.takeInto(results);
    if (finished) {
      return new ArrayDeque<>();
    }
    leaveLane();
    results.put(run.leftBehind, stuck(run.leftBehind));
    return run.rest();
  }

  private boolean accept(Run<?> run) {
    synchronized (laneLock) {
      if (!closed) {
        lane = Optional.of(lane.orElseGet(Lane::new));
        lane.get().accept(run);
      }
      return !closed;
    }
  }

  private void leaveLane() {
    synchronized (laneLock) {
      lane.ifPresent(Lane::abandon);
      lane = Optional.empty();
    }
  }

  private <V> Reading<V> stuck(K key) {
    long since = stuckSince.getOrDefault(key, System.nanoTime());
    return Reading.missing(
        Cause.STUCK,
        name
            + " has not come back for "
            + Duration.ofNanos(System.nanoTime() - since).toSeconds()
            + " s");
  }

  private <V> Reading<V> tooManyStuck() {
    return Reading.missing(Cause.STUCK, stuckSince.size() + " reads of " + name + " hang already");
  }

  private <V> Reading<V> unanswered() {
    return closed
        ? Reading.missing(Cause.PENDING, "stopping")
        : Reading.missing(Cause.FAILED, "the reading of " + name + " was broken off");
  }

  /** Does not wait: a read that is under way is interrupted, and what it was for stays missing. */
  @Override
  public void close() {
    synchronized (laneLock) {
      closed = true;
      leaveLane();
    }
    Run<?> run = running;
    if (run != null) {
      run.end();
    }
  }

  /** One thread and what it is given. */
  private final class Lane {
    private final LinkedTransferQueue<Runnable> given = new LinkedTransferQueue<>();
    private final Thread thread;
    private volatile boolean abandoned;

    Lane() {
      thread = Thread.ofPlatform().daemon().name("bilgewatch-" + name).start(this::work);
    }

    void accept(Runnable run) {
      given.add(run);
    }

    void abandon() {
      abandoned = true;
      thread.interrupt();
    }

    private void work() {
      while (!abandoned) {
        try {
          given.take().run();
        } catch (InterruptedException _) {
          // Only abandon() interrupts.
        } catch (Throwable e) {
          // A lane without its thread would take readings and never answer.
          LOG.error("a reading of {} was broken off", name, e);
        }
      }
    }
  }

  /** The reading of some keys in order. */
  private final class Run<V> implements Runnable {
    private final Queue<K> waiting;
    private final Function<K, Reading<V>> read;
    private final Map<K, Reading<V>> results;
    private final CountDownLatch done = new CountDownLatch(1);
    private K current;
    private long currentSince;
    private Thread reader;
    private boolean left;
    private K leftBehind;

    Run(Queue<K> waiting, Function<K, Reading<V>> read) {
      this.waiting = waiting;
      this.read = read;
      this.results = HashMap.newHashMap(waiting.size());
    }

    @Override
    public void run() {
      long before = THREADS.getCurrentThreadCpuTime();
      try {
        for (K key = next(); key != null; key = next()) {
          Reading<V> reading = readOne(key);
          if (!finish(key, reading)) {
            return;
          }
        }
      } finally {
        cpuNanos.addAndGet(THREADS.getCurrentThreadCpuTime() - before);
        done.countDown();
      }
    }

    private Reading<V> readOne(K key) {
      try {
        return read.apply(key);
      } catch (Throwable e) {
        // Errors too: a library that can't be loaded must not take other readings with it.
        return Reading.missing(Cause.FAILED, e.toString());
      }
    }

    /** Its thread may never come to it, or never come back: whoever awaits it goes on. */
    void end() {
      done.countDown();
    }

    private synchronized K next() {
      reader = Thread.currentThread();
      current = closed ? null : waiting.poll();
      currentSince = System.nanoTime();
      return current;
    }

    private synchronized void beat() {
      // One that was left behind and has come back must not speak for its successor.
      if (!left && Thread.currentThread().equals(reader)) {
        currentSince = System.nanoTime();
      }
    }

    private synchronized boolean finish(K key, Reading<V> reading) {
      if (left) {
        stuckSince.remove(key);
        return false;
      }
      results.put(key, Objects.requireNonNull(reading, "reading"));
      return true;
    }

    /** Whether all were read; false where one was left behind. */
    boolean await() {
      try {
        while (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          if (leaveIfStuck()) {
            return false;
          }
        }
        return true;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return !leave();
      }
    }

    private synchronized boolean leaveIfStuck() {
      return current != null && System.nanoTime() - currentSince >= patience.toNanos() && leave();
    }

    private synchronized boolean leave() {
      if (current == null) {
        return false;
      }
      left = true;
      leftBehind = current;
      stuckSince.put(current, currentSince);
      return true;
    }

    /** One that was left behind may still come back: what it brings then is not wanted. */
    synchronized void takeInto(Map<K, Reading<V>> all) {
      all.putAll(results);
    }

    synchronized Queue<K> rest() {
      return new ArrayDeque<>(waiting);
    }
  }
}
