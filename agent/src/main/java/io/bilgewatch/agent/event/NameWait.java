package io.bilgewatch.agent.event;

import io.bilgewatch.agent.event.Attributed.ToUnlisted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Events of containers that the inventory does not have yet: a container that has just come is in
 * it a moment later, one of another engine never. Bounded; the time is given. Not for several
 * threads.
 *
 * @param <T> an event
 */
public final class NameWait<T> {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST = 1_000;

  /** Asking for all of them with each event of a flood would be dear. */
  private static final Duration BETWEEN = Duration.ofMillis(50);

  /** An event and whose it is at last: never a {@link ToUnlisted}. */
  public record Settled<T>(T event, Attributed attributed) {}

  private record Waiting<T>(T event, ToUnlisted unlisted, long until) {}

  private final Attribution attribution;
  private final Queue<Waiting<T>> waiting = new ArrayDeque<>();
  private long next;

  public NameWait(Attribution attribution) {
    this.attribution = attribution;
  }

  /**
   * Takes an event and returns what can be said by now, which need not be this one.
   *
   * @param nanos {@link System#nanoTime}
   */
  public List<Settled<T>> offer(T event, Attributed attributed, long nanos) {
    List<Settled<T>> settled = new ArrayList<>(settle(nanos));
    switch (attributed) {
      case ToUnlisted unlisted when waiting.size() < MOST ->
          await(new Waiting<>(event, unlisted, nanos + PATIENCE.toNanos()), nanos);
      case ToUnlisted unlisted -> settled.add(new Settled<>(event, unlisted.givenUp()));
      default -> settled.add(new Settled<>(event, attributed));
    }
    return settled;
  }

  private void await(Waiting<T> one, long nanos) {
    if (waiting.isEmpty()) {
      next = nanos + BETWEEN.toNanos();
    }
    waiting.add(one);
  }

  /** Those that have a name by now, or have waited long enough. */
  public List<Settled<T>> settle(long nanos) {
    List<Settled<T>> settled = new ArrayList<>();
    if (!waiting.isEmpty() && nanos - next >= 0) {
      next = nanos + BETWEEN.toNanos();
      waiting.removeIf(one -> isSettled(one, nanos, settled));
    }
    return settled;
  }

  private boolean isSettled(Waiting<T> one, long nanos, List<Settled<T>> settled) {
    Attributed now = attribution.named(one.unlisted().id(), one.unlisted().how());
    if (!(now instanceof ToUnlisted)) {
      settled.add(new Settled<>(one.event(), now));
    } else if (nanos - one.until() >= 0) {
      settled.add(new Settled<>(one.event(), one.unlisted().givenUp()));
    } else {
      return false;
    }
    return true;
  }
}
