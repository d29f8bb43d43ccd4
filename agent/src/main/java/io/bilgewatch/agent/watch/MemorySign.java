package io.bilgewatch.agent.watch;

import io.bilgewatch.host.HostMemory;
import io.bilgewatch.host.HostMemoryReader;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.SmallFile;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The sign that ends the rest of much at once: the host's own memory, which one small file tells.
 * Where the shared memory is what it was, no tmpfs has grown; where much of the available is gone,
 * somebody took it. Once started it is looked at on a thread of its own, more often than anything
 * else, so that a tmpfs that fills is asked before its time; until then whenever it is asked for.
 */
final class MemorySign implements AutoCloseable {
  private static final long MUCH_BYTES = 16 << 20;

  /** What the thread saw last says nothing then: it hangs, or has ended. */
  private static final Duration OLD = Duration.ofSeconds(3);

  private final HostMemoryReader reader;
  private final Duration period;
  private Thread thread;
  private long lookedNanos = System.nanoTime();
  private OptionalLong shared = OptionalLong.empty();
  private OptionalLong sharedTaken = OptionalLong.empty();
  private OptionalLong available = OptionalLong.empty();
  private OptionalLong availableTaken = OptionalLong.empty();

  /**
   * @param period between two looks of the thread
   */
  MemorySign(HostMemoryReader reader, Duration period) {
    this.reader = reader;
    this.period = period;
  }

  /**
   * @param moved called where the shared memory moved, again and again until that is taken
   */
  synchronized void start(Runnable moved) {
    thread = Thread.ofPlatform().daemon().name("bilgewatch-memory-sign").start(() -> watch(moved));
  }

  private void watch(Runnable moved) {
    try (SmallFile file = new SmallFile()) {
      while (true) {
        Thread.sleep(period);
        take(reader.read(file));
        if (differs()) {
          moved.run();
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private synchronized void take(Reading<HostMemory> read) {
    lookedNanos = System.nanoTime();
    shared = OptionalLong.empty();
    available = OptionalLong.empty();
    if (read instanceof Reading.Present<HostMemory>(HostMemory memory)) {
      shared = memory.sharedBytes();
      available = OptionalLong.of(memory.availableBytes());
    }
  }

  private void lookUnlessWatched() {
    if (thread == null) {
      take(reader.read());
    }
  }

  private synchronized boolean differs() {
    return isOld() || shared.isEmpty() || !shared.equals(sharedTaken);
  }

  private boolean isOld() {
    return System.nanoTime() - lookedNanos > OLD.plus(period).toNanos();
  }

  /** Whether the shared memory is another than when that was last taken, or is not known. */
  synchronized boolean isSharedMoved() {
    lookUnlessWatched();
    return differs();
  }

  /** What is seen of the shared memory is known from now on. */
  synchronized void takeShared() {
    sharedTaken = shared;
  }

  /** Whether much of the available memory went since the last call, or it is not known. */
  synchronized boolean takeMuchLess() {
    lookUnlessWatched();
    OptionalLong before = availableTaken;
    availableTaken = available;
    return isOld()
        || available.isEmpty()
        || before.isEmpty()
        || before.getAsLong() - available.getAsLong() > MUCH_BYTES;
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
