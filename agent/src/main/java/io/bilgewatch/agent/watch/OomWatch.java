package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.Attributed;
import io.bilgewatch.agent.event.ContainerNames;
import io.bilgewatch.agent.event.CountedKill;
import io.bilgewatch.agent.event.CounterReading;
import io.bilgewatch.agent.event.EventBook;
import io.bilgewatch.agent.event.HostEvent.OomKilled;
import io.bilgewatch.agent.event.OomLedger;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.text.Humanly;
import io.bilgewatch.agent.watch.News.Seen;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.oom.OomCause;
import io.bilgewatch.oom.OomKill;
import io.bilgewatch.process.ProcessIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes events of OOM kills: those that the kernel's log tells, checked against what the
 * containers' cgroups count. The log's thread only hands them in; what they are is settled on the
 * tick, with readings that were taken behind the kill.
 */
final class OomWatch {
  /** A storm of kills beyond this is still counted by the cgroups. */
  private static final int MOST_WAITING = 4_096;

  private final EventBook book;
  private final OomLedger ledger;
  private final Runnable wake;
  private final Supplier<Duration> sinceBoot;
  private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Those that a look begins behind, in the order in which they were told of. */
  private final Deque<Told> taken = new ArrayDeque<>();

  private final ContainerNames names = new ContainerNames();
  private final FullestTmpfs fullest = new FullestTmpfs();
  private boolean logRead;

  private record Told(OomKill kill, Attributed owner, Instant at, boolean before) {}

  /**
   * @param start kills of before count for nothing
   * @param wake called from the log's thread when there is something to settle
   * @param sinceBoot the time since the kernel's start, sleep included, of now
   */
  OomWatch(EventBook book, Instant start, Runnable wake, Supplier<Duration> sinceBoot) {
    this.book = book;
    this.ledger = new OomLedger(start);
    this.wake = wake;
    this.sinceBoot = sinceBoot;
  }

  /** From now on the log is read: what it does not tell, it should have told. */
  void logIsRead() {
    logRead = true;
  }

  /** A kill that the log tells of. For any thread. */
  void tell(OomKill kill, Attributed owner, Instant at, boolean before) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return;
    }
    told.add(new Told(kill, owner, at, before));
    if (!before) {
      wake.run();
    }
  }

  /**
   * To be called as a look begins: what was told of until now is settled behind it, and what comes
   * in its midst behind the next one, since what it reads may be of before the kill.
   *
   * @return whether memory and tmpfs are to be read again for one of them
   */
  boolean take() {
    boolean isNew = false;
    for (Told each = told.poll(); each != null; each = told.poll()) {
      taken.add(each);
      isNew |= !each.before();
    }
    return isNew;
  }

  /**
   * To be called behind each look.
   *
   * @param memory the look at the memory cgroups, where it was one: an old reading of a counter
   *     would be taken for one of now
   */
  void settle(Seen seen, Optional<MemoryLook> memory, Instant now) {
    names.learn(seen.inventory().containers());
    fullest.learn(seen.tmpfs());
    for (Told each = taken.poll(); each != null; each = taken.poll()) {
      waiting.decrementAndGet();
      settle(each);
    }
    memory.ifPresent(look ->
        seen.inventory().containers().stream()
            .filter(each -> look.counted().test(each.id()))
            .forEach(each -> counter(each, seen, look)));
    ledger.settle(now).forEach(counted -> happened(counted, now));
  }

  private void settle(Told each) {
    Optional<String> id = containerId(each.owner());
    if (id.isPresent() && !each.before()) {
      ledger.log(id.get(), each.kill(), each.at()).forEach(counted -> happened(counted, each.at()));
      return;
    }
    Whose whose = id.map(this::whose).orElseGet(() -> Whose.of(each.owner()));
    OomKilled event = event(whose, each.kill(), cause(each.kill()), each.at());
    if (each.before()) {
      book.happenedBefore(event);
    } else {
      book.happened(event);
    }
  }

  private static Optional<String> containerId(Attributed owner) {
    return switch (owner) {
      case Attributed.ToContainer(String id, _, _) -> Optional.of(id);
      case Attributed.ToUnlisted(String id, _) -> Optional.of(id);
      case Attributed.ToHost _, Attributed.Unattributed _ -> Optional.empty();
    };
  }

  private void counter(Container container, Seen seen, MemoryLook look) {
    if (Readings.of(seen.memory(), container.id())
            instanceof Reading.Present<MemoryUsage>(MemoryUsage usage)
        && Readings.of(seen.processes(), container.id())
            instanceof Reading.Present<ProcessFacts>(ProcessFacts facts)
        && facts.cgroup() instanceof Reading.Present(var cgroup)) {
      CounterReading reading =
          CounterReading.of(
              facts.identity().toString(), start(facts.identity(), look), cgroup.version(), usage);
      ledger
          .counter(container.id(), reading, look.began(), look.ended())
          .forEach(counted -> happened(counted, look.ended()));
    }
  }

  /** By the kernel: Docker says that a container was started when that was done. */
  private Instant start(ProcessIdentity first, MemoryLook look) {
    return look.ended().minus(sinceBoot.get().minus(first.startSinceBoot()));
  }

  private void happened(CountedKill counted, Instant at) {
    Whose whose = whose(counted.containerId());
    book.happened(
        counted
            .kill()
            .map(kill -> event(whose, kill, counted.cause(), at))
            .orElseGet(() -> counterOnly(whose, counted.cause(), at)));
  }

  private OomKilled counterOnly(Whose whose, OomCause cause, Instant at) {
    return new OomKilled(
        at,
        whose,
        cause,
        "",
        OptionalInt.empty(),
        tmpfs(whose, cause),
        (logRead ? "the kernel's log did not tell of it, " : "") + "the cgroup counted it");
  }

  private OomKilled event(Whose whose, OomKill kill, OomCause cause, Instant at) {
    return new OomKilled(
        at,
        whose,
        cause,
        kill.victim().comm(),
        OptionalInt.of(kill.victim().pid()),
        tmpfs(whose, cause),
        detail(kill));
  }

  private Optional<String> tmpfs(Whose whose, OomCause cause) {
    return cause == OomCause.TMPFS ? fullest.of(whose.containerId()) : Optional.empty();
  }

  private static OomCause cause(OomKill kill) {
    return kill.cause().orElse(OomCause.MEMORY);
  }

  private static String detail(OomKill kill) {
    List<String> parts = new ArrayList<>();
    kill.usageBytes().ifPresent(usage -> parts.add(Humanly.bytes(usage) + " charged"));
    kill.limit()
        .ifPresent(limit -> {
          if (limit instanceof Limit.Bytes(long bytes)) {
            parts.add("limit " + Humanly.bytes(bytes));
          }
        });
    kill.shmemBytes().ifPresent(shmem -> parts.add(Humanly.bytes(shmem) + " of it tmpfs"));
    switch (kill.scope()) {
      case HOST -> parts.add("the host's memory had run out");
      case CGROUP, UNKNOWN -> {}
    }
    return parts.stream().collect(Collectors.joining(", "));
  }

  private Whose whose(String id) {
    return names
        .of(id)
        .<Whose>map(name -> new Whose.Container(id, name))
        .orElseGet(() -> unknown(id));
  }

  private static Whose unknown(String id) {
    return new Whose.Unattributed(
        "unknown container " + id.substring(0, Math.min(12, id.length())));
  }
}
