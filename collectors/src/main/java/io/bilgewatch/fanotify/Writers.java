package io.bilgewatch.fanotify;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Who wrote to files that are ignored since, and still pays for that. One that turns out to be fast
 * is let go: its container's mark is dropped.
 */
final class Writers implements AutoCloseable {
  private static final int MOST = 256;

  /** A writer may become fast later, and its container be armed again later still. */
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final WriterRates rates;
  private final Marks marks;
  private final LongSupplier clock;
  private final Set<Integer> strangers = new HashSet<>();
  private final Map<Integer, MarkedContainer> containers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, MarkedContainer> eldest) {
          return size() > MOST;
        }
      };
  private long judged;

  Writers(WriterRates rates, Marks marks, LongSupplier clock) {
    this.rates = rates;
    this.marks = marks;
    this.clock = clock;
    judged = clock.getAsLong();
  }

  /** Whether a writer is known to be fast; else it is remembered, to be judged later. */
  boolean isFast(MarkedContainer container, int pid) {
    if (pid <= 0) {
      return false;
    }
    if (!rates.isKnown(pid) && strangers.size() < MOST) {
      strangers.add(pid);
    }
    containers.put(pid, container);
    return rates.isFast(pid);
  }

  boolean hasStrangers() {
    return !strangers.isEmpty();
  }

  /** Judges those that were met since it was done before, and from time to time all. */
  void judge() {
    long now = clock.getAsLong();
    boolean all = now - judged > PERIOD.toNanos();
    if (all) {
      judged = now;
    }
    Iterator<Map.Entry<Integer, MarkedContainer>> entries = containers.entrySet().iterator();
    while (entries.hasNext() && (all || hasStrangers())) {
      Map.Entry<Integer, MarkedContainer> entry = entries.next();
      boolean due = all || strangers.contains(entry.getKey());
      if (due && isSettled(entry.getKey(), entry.getValue())) {
        entries.remove();
      }
    }
    strangers.clear();
  }

  private boolean isSettled(int pid, MarkedContainer container) {
    if (!container.isComplete()) {
      return true;
    }
    if (rates.isFast(pid)) {
      marks.drop(container);
      return true;
    }
    return !rates.isKnown(pid);
  }

  /** Its files are ignored no more: who writes on is met again. */
  void forget(MarkedContainer container) {
    containers.values().removeIf(other -> other == container);
  }

  @Override
  public void close() {
    rates.close();
  }
}
