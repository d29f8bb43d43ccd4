package io.bilgewatch.agent.event;

import io.bilgewatch.oom.OomKill;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts each OOM kill of a container once, from two accounts of it: the kernel's log, which has
 * the details but may lose records, and the counter of the container's memory cgroup, which loses
 * nothing but goes with the cgroup and can't always be read. What the log tells counts at once;
 * what the counter alone tells, when the log had {@link #SETTLE} to tell it too.
 *
 * <p>The two are matched by time: an increment of the counter lies between two readings. So all
 * instants have to be of one clock, and those of kills be when the kernel wrote them, or when they
 * were read where that is at once. Two kills, of which the log lost one and the counter never saw
 * the other, less than three seconds apart, may count as one.
 *
 * <p>Knows no clock. Not for several threads.
 */
public final class OomLedger {
  /** The log comes within milliseconds; it is behind where it is flooded. */
  public static final Duration SETTLE = Duration.ofSeconds(3);

  private static final Duration FORGET = Duration.ofMinutes(30);

  /** Where forgetting loses nothing: containers may come and go each second. */
  private static final Duration FORGET_QUIET = Duration.ofMinutes(2);

  private static final Duration FORGET_EACH = Duration.ofMinutes(1);
  private static final int MOST_CONTAINERS = 16_384;

  private final Instant start;
  private Instant forgetNext = Instant.MIN;

  /** The one that was not heard of for the longest first. */
  private final Map<String, ContainerKills> containers = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param start what happened before counts for nothing
   */
  public OomLedger(Instant start) {
    this.start = start;
  }

  /**
   * A kill that the kernel's log tells of.
   *
   * @param at when the kernel wrote it
   * @return what counts now: nothing where the counter's word for it has counted
   */
  public List<CountedKill> log(String containerId, OomKill kill, Instant at) {
    return at.isBefore(start) ? List.of() : container(containerId, at).log(kill, at);
  }

  /**
   * A reading of a container's counter.
   *
   * @param began every kill before is in it
   * @param ended no kill behind is in it
   * @return what counts now; seldom anything, since the log is waited for
   */
  public List<CountedKill> counter(
      String containerId, CounterReading reading, Instant began, Instant ended) {
    return container(containerId, ended).counter(reading, began, ended);
  }

  /** To be called again and again: what the log had its time to tell counts now. */
  public List<CountedKill> settle(Instant now) {
    List<CountedKill> counted = List.of();
    for (ContainerKills container : containers.values()) {
      List<CountedKill> more = container.settle(now);
      if (!more.isEmpty()) {
        counted = counted.isEmpty() ? new ArrayList<>() : counted;
        counted.addAll(more);
      }
    }
    forget(now);
    return List.copyOf(counted);
  }

  /** Now and then, since it is asked for each second. */
  private void forget(Instant now) {
    if (now.isBefore(forgetNext)) {
      return;
    }
    forgetNext = now.plus(FORGET_EACH);
    Instant forgotten = now.minus(FORGET);
    Instant quiet = now.minus(FORGET_QUIET);
    containers
        .values()
        .removeIf(container -> container.isForgotten(forgotten) || container.isOver(quiet));
  }

  /** How many containers are known. */
  int size() {
    return containers.size();
  }

  private ContainerKills container(String id, Instant at) {
    ContainerKills found = containers.computeIfAbsent(id, key -> new ContainerKills(key, start));
    found.touch(at);
    if (containers.size() > MOST_CONTAINERS) {
      containers.remove(containers.keySet().iterator().next());
    }
    return found;
  }
}
