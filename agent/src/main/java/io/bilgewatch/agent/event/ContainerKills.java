package io.bilgewatch.agent.event;

import io.bilgewatch.oom.OomCause;
import io.bilgewatch.oom.OomKill;
import io.bilgewatch.oom.OomScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One container's kills of late: those of the log that its counter has not shown, and those of its
 * counter that the log has not told.
 */
final class ContainerKills {
  /** A kill may be written a little before the reading that shows it, by unequal clocks. */
  private static final Duration EARLY = Duration.ofMillis(100);

  /** Or read a little after it. */
  private static final Duration LATE = Duration.ofSeconds(1);

  /**
   * How old a reading may be when it is handed on as one of now: until then, what the log told and
   * the counter does not show may still come.
   */
  private static final Duration STALE = Duration.ofSeconds(3);

  /** How long a late line of the log is known for what has counted. */
  private static final Duration REMEMBER = Duration.ofMinutes(10);

  private static final int MOST = 4_096;

  private final String containerId;
  private final Instant start;

  // Of most containers they stay empty.
  private final Deque<Logged> logged = new ArrayDeque<>(0);
  private final Deque<Shown> open = new ArrayDeque<>(0);
  private final Deque<Shown> settled = new ArrayDeque<>(0);
  private final Deque<Held> heldLate = new ArrayDeque<>(0);

  private Optional<CounterReading> last = Optional.empty();
  private Instant lastBegan;
  private Instant touched;
  private Optional<CauseHint> hint = Optional.empty();
  private Optional<CauseHint> hintBefore = Optional.empty();

  private record Logged(OomKill kill, Instant at) {}

  /** An increment of the counter, after one reading and before or at the next. */
  private record Shown(Instant after, Instant until, boolean sameLife, OomCause cause) {
    boolean mayBe(Instant at, Duration late) {
      return !at.isBefore(after.minus(EARLY)) && !at.isAfter(until.plus(late));
    }
  }

  /** An increment, and a kill of the log that came a little after it but was taken for it. */
  private record Held(Shown shown, Logged by) {}

  ContainerKills(String containerId, Instant start) {
    this.containerId = containerId;
    this.start = start;
    this.lastBegan = start;
    this.touched = start;
  }

  void touch(Instant at) {
    touched = at.isAfter(touched) ? at : touched;
  }

  boolean isForgotten(Instant before) {
    return touched.isBefore(before) && open.isEmpty();
  }

  /**
   * Whether one that was heard of before that instant alone is as good as one never heard of: there
   * was no kill, and if it comes back, its counter counts from zero.
   */
  boolean isOver(Instant before) {
    return touched.isBefore(before)
        && isSettled()
        && last.map(reading -> isZero(reading) && reading.since().isAfter(start)).orElse(true);
  }

  private static boolean isZero(CounterReading reading) {
    return reading.kills().orElse(0) == 0;
  }

  private boolean isSettled() {
    return open.isEmpty() && settled.isEmpty() && heldLate.isEmpty() && logged.isEmpty();
  }

  List<CountedKill> log(OomKill kill, Instant at) {
    if (!isShownByCounter(kill)) {
      return List.of(counted(kill));
    }
    Logged told = new Logged(kill, at);
    if (takeOne(open, shown -> shown.mayBe(at, Duration.ZERO)).isPresent() || takeBack(told)) {
      return List.of(counted(kill));
    }
    Optional<Shown> late = takeOne(open, shown -> shown.mayBe(at, LATE));
    if (late.isPresent()) {
      add(heldLate, new Held(late.get(), told));
      return List.of(counted(kill));
    }
    if (takeOne(settled, shown -> shown.mayBe(at, EARLY)).isPresent()) {
      return List.of();
    }
    add(logged, told);
    return List.of(counted(kill));
  }

  /**
   * An increment that a kill after it was taken for is the earlier kill's, which is told only now.
   */
  private boolean takeBack(Logged told) {
    Optional<Held> held = takeOne(heldLate, pair -> pair.shown().mayBe(told.at(), Duration.ZERO));
    held.ifPresent(pair -> add(logged, pair.by()));
    return held.isPresent();
  }

  /** Version 1 does not count what is killed in cgroups below the container's own. */
  private boolean isShownByCounter(OomKill kill) {
    Optional<String> only = last.flatMap(CounterReading::only);
    return only.isEmpty() || kill.taskMemcg().isEmpty() || kill.taskMemcg().equals(only);
  }

  List<CountedKill> counter(CounterReading reading, Instant began, Instant ended) {
    hintBefore = last.filter(before -> before.epoch().equals(reading.epoch())).flatMap(_ -> hint);
    hint = reading.hint();
    if (reading.kills().isEmpty()) {
      return List.of();
    }
    long kills = reading.kills().getAsLong();
    Instant after = after(reading, ended);
    long more = kills - before(reading, kills);
    boolean sameLife = isSameLife(reading);
    last = Optional.of(reading);
    lastBegan = began;
    List<CountedKill> counted = show(more, new Shown(after, ended, sameLife, byHint(false)));
    // What the log told before, and the counter does not show by now, it never will.
    logged.removeIf(kill -> kill.at().isBefore(began.minus(STALE)));
    return counted;
  }

  /** When the increments that a reading shows began. */
  private Instant after(CounterReading reading, Instant ended) {
    if (isSameLife(reading)) {
      return lastBegan;
    }
    return reading.since().isAfter(ended) ? ended : reading.since();
  }

  /** Where the counter stood before what is to count. */
  private long before(CounterReading reading, long kills) {
    if (isSameLife(reading)) {
      long shown = last.flatMap(found -> found.kills().stream().boxed().findFirst()).orElse(0L);
      // Less than before is a cgroup that was made anew without our seeing it.
      return kills < shown ? 0 : shown;
    }
    boolean watched = last.isPresent() || reading.since().isAfter(start);
    return watched ? 0 : kills;
  }

  private boolean isSameLife(CounterReading reading) {
    return last.map(found -> found.epoch().equals(reading.epoch())).orElse(false);
  }

  private List<CountedKill> show(long more, Shown shown) {
    List<CountedKill> atOnce = new ArrayList<>();
    for (long i = 0; i < Math.min(more, MOST); i++) {
      if (isLogged(shown)) {
        continue;
      }
      if (open.size() < MOST) {
        open.add(shown);
      } else {
        atOnce.add(counted(shown));
      }
    }
    return atOnce;
  }

  /** The oldest kill first: no later increment can be its. */
  private boolean isLogged(Shown shown) {
    if (takeOne(logged, kill -> canBe(shown, kill, Duration.ZERO)).isPresent()) {
      return true;
    }
    Optional<Held> held = takeOne(heldLate, pair -> canBe(shown, pair.by(), Duration.ZERO));
    if (held.isPresent()) {
      // That kill is this increment's, so an earlier one still waits for its own.
      open.addFirst(held.get().shown());
      return true;
    }
    Optional<Logged> late = takeOne(logged, kill -> canBe(shown, kill, LATE));
    late.ifPresent(kill -> add(heldLate, new Held(shown, kill)));
    return late.isPresent();
  }

  private boolean canBe(Shown shown, Logged kill, Duration late) {
    return isShownByCounter(kill.kill())
        && !kill.at().isBefore(shown.after().minus(shown.sameLife() ? STALE : EARLY))
        && !kill.at().isAfter(shown.until().plus(late));
  }

  List<CountedKill> settle(Instant now) {
    if (isSettled()) {
      return List.of();
    }
    List<CountedKill> counted = new ArrayList<>();
    Instant ripe = now.minus(OomLedger.SETTLE);
    while (!open.isEmpty() && !open.getFirst().until().isAfter(ripe)) {
      Shown shown = open.removeFirst();
      counted.add(counted(shown));
      add(settled, shown);
    }
    settled.removeIf(shown -> shown.until().isBefore(now.minus(REMEMBER)));
    heldLate.removeIf(pair -> pair.shown().until().isBefore(now.minus(REMEMBER)));
    logged.removeIf(kill -> kill.at().isBefore(now.minus(REMEMBER)));
    return counted;
  }

  private CountedKill counted(Shown shown) {
    return new CountedKill(containerId, shown.cause(), Optional.empty());
  }

  private CountedKill counted(OomKill kill) {
    OomCause cause = kill.cause().orElseGet(() -> byHint(kill.scope() == OomScope.HOST));
    return new CountedKill(containerId, cause, Optional.of(kill));
  }

  /** Of the last two looks, since one may be before the tmpfs filled, one after all was freed. */
  private OomCause byHint(boolean ofHost) {
    boolean tmpfs =
        List.of(hint, hintBefore).stream()
            .flatMap(Optional::stream)
            .map(found -> ofHost ? found.belowLimit() : found.atLimit())
            .anyMatch(cause -> cause == OomCause.TMPFS);
    return tmpfs ? OomCause.TMPFS : OomCause.MEMORY;
  }

  private static <T> void add(Deque<T> deque, T element) {
    if (deque.size() == MOST) {
      deque.removeFirst();
    }
    deque.addLast(element);
  }

  private static <T> Optional<T> takeOne(Deque<T> deque, Predicate<T> wanted) {
    for (Iterator<T> all = deque.iterator(); all.hasNext(); ) {
      T element = all.next();
      if (wanted.test(element)) {
        all.remove();
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }
}
