package io.bilgewatch.oom;

import io.bilgewatch.cgroup.ContainerCgroup;
import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is known of one call of the OOM killer so far. {@link #takes} says whether a line can belong
 * to it: lines get lost, and of more than ten calls in five seconds the kernel tells the kills
 * alone, so that a kill must not be taken for the end of another call's dump.
 */
final class OomDump {
  private Duration lastLine;
  private boolean spent;
  private Optional<String> trigger = Optional.empty();
  private Optional<OomLine.TaskIn> taskIn = Optional.empty();
  private Optional<OomLine.Summary> summary = Optional.empty();
  private Optional<OomLine.Chosen> chosen = Optional.empty();
  private Optional<OomLine.Usage> usage = Optional.empty();
  private Optional<OomLine.Group> group = Optional.empty();
  private final DumpedStats stats = new DumpedStats();
  private final DumpedTasks tasks = new DumpedTasks();

  OomDump(Duration at) {
    this.lastLine = at;
  }

  /** Whether its kill has been told: only more of the same group can follow. */
  boolean isSpent() {
    return spent;
  }

  boolean takes(OomLine line) {
    return switch (line) {
      case OomLine.Invoked _ -> false;
      case OomLine.TaskIn _ -> !spent && taskIn.isEmpty();
      case OomLine.Summary found -> !spent && summary.isEmpty() && agrees(found.scope());
      case OomLine.Usage found ->
          !spent && (found.charge() != OomLine.Charge.MEMORY || usage.isEmpty());
      case OomLine.Chosen found ->
          !spent && chosen.isEmpty() && agrees(found.scope()) && isChoice(found.pid());
      case OomLine.Killed found -> takes(found);
      case OomLine.AlreadyExiting found -> !spent && isVictim(found.pid());
      case OomLine.Group found -> group.isEmpty() && isWithinLimit(found.memcg());
      case OomLine.Cpuset _,
          OomLine.StatsOf _,
          OomLine.Stats _,
          OomLine.StatsOfOne _,
          OomLine.TableHeading _,
          OomLine.TableRow _ ->
          !spent;
      case OomLine.Reaped _ -> false;
    };
  }

  private boolean takes(OomLine.Killed killed) {
    if (!agrees(killed.scope())) {
      return false;
    }
    return spent ? group.isPresent() && tasks.lists(killed.pid(), true) : isVictim(killed.pid());
  }

  /** A group lies at or below the cgroup whose limit was hit. */
  private boolean isWithinLimit(String memcg) {
    return oomMemcg().map(limited -> CgroupPair.below(memcg, limited)).orElse(true);
  }

  private boolean agrees(OomScope other) {
    OomScope own = scope();
    return own == OomScope.UNKNOWN || other == OomScope.UNKNOWN || own == other;
  }

  /** The summary, where it is there, names the same task. */
  private boolean isChoice(int pid) {
    OptionalInt told = summaryPid();
    return told.isPresent() ? told.getAsInt() == pid : tasks.lists(pid, true);
  }

  /** What was chosen, or a child of it that is killed in its stead. */
  private boolean isVictim(int pid) {
    OptionalInt told = summaryPid();
    if (chosen.isPresent() || (told.isPresent() && told.getAsInt() == pid)) {
      return true;
    }
    return tasks.lists(pid, told.isEmpty());
  }

  private OptionalInt summaryPid() {
    Optional<OomLine.Task> task = summary.flatMap(OomLine.Summary::task);
    return task.isPresent() ? OptionalInt.of(task.get().pid()) : OptionalInt.empty();
  }

  void add(OomLine line, Duration at) {
    lastLine = at;
    switch (line) {
      case OomLine.Invoked(String comm) -> trigger = Optional.of(comm);
      case OomLine.TaskIn found -> taskIn = Optional.of(found);
      case OomLine.Summary found -> summary = Optional.of(found);
      case OomLine.Chosen found -> chosen = Optional.of(found);
      case OomLine.Group found -> group = Optional.of(found);
      case OomLine.AlreadyExiting _ -> spent = true;
      case OomLine.Usage found -> usage = usage.or(() -> charged(found));
      case OomLine.StatsOf found -> stats.add(found);
      case OomLine.Stats found -> stats.add(found);
      case OomLine.StatsOfOne found -> stats.add(found);
      case OomLine.TableRow found -> tasks.add(found);
      case OomLine.Cpuset _, OomLine.TableHeading _, OomLine.Killed _, OomLine.Reaped _ -> {}
    }
  }

  private static Optional<OomLine.Usage> charged(OomLine.Usage found) {
    return Optional.of(found).filter(line -> line.charge() == OomLine.Charge.MEMORY);
  }

  private OomScope scope() {
    if (summary.isPresent() && summary.get().scope() != OomScope.UNKNOWN) {
      return summary.get().scope();
    }
    if (taskIn.isPresent() || usage.isPresent()) {
      return OomScope.CGROUP;
    }
    return chosen.map(OomLine.Chosen::scope).orElse(OomScope.UNKNOWN);
  }

  /** The kill as its own line tells it, with what this dump adds. */
  OomKill kill(OomLine.Killed killed, Duration at) {
    boolean member = spent;
    OptionalLong uid = killed.uid().isPresent() ? killed.uid() : summaryUid(killed.pid());
    OomScope scope = killed.scope() == OomScope.UNKNOWN ? scope() : killed.scope();
    Optional<String> taskMemcg = member ? group.map(OomLine.Group::memcg) : taskMemcg();
    spent = true;
    lastLine = at;
    return kill(at, Victim.of(killed, uid), scope, taskMemcg, member);
  }

  /** The kill of which no line came, where another says who it was. */
  Optional<OomKill> killWithoutLine() {
    if (spent) {
      return Optional.empty();
    }
    spent = true;
    return victimByHearsay().map(victim -> kill(lastLine, victim, scope(), taskMemcg(), false));
  }

  /** A kill of which nothing else is known. */
  static OomKill alone(OomLine.Killed killed, Duration at) {
    OomDump nothing = new OomDump(at);
    return nothing.kill(killed, at);
  }

  private OomKill kill(
      Duration at, Victim victim, OomScope scope, Optional<String> taskMemcg, boolean member) {
    Optional<String> oomMemcg = oomMemcg();
    // Others of a group need not be of the container that the first victim was of.
    Optional<String> container =
        containerOf(taskMemcg).or(() -> member ? Optional.empty() : containerOf(oomMemcg));
    return new OomKill(
        at,
        victim,
        scope,
        trigger.map(Display::of),
        summary.map(OomLine.Summary::constraint).map(Display::of),
        oomMemcg.map(Display::of),
        taskMemcg.map(Display::of),
        container,
        usage.isPresent() ? Bytes.ofKilobytes(usage.get().usageKilobytes()) : OptionalLong.empty(),
        usage.flatMap(line -> Bytes.limit(line.limitKilobytes())),
        stats.shmemBytes());
  }

  private Optional<String> taskMemcg() {
    return summary
        .flatMap(OomLine.Summary::taskMemcg)
        .or(() -> taskIn.flatMap(OomLine.TaskIn::taskMemcg));
  }

  private Optional<String> oomMemcg() {
    return summary
        .flatMap(OomLine.Summary::oomMemcg)
        .or(() -> taskIn.flatMap(OomLine.TaskIn::oomMemcg));
  }

  private static Optional<String> containerOf(Optional<String> memcg) {
    return memcg
        .map(path -> ContainerCgroup.of(KernelPath.of(path.getBytes(StandardCharsets.ISO_8859_1))))
        .flatMap(ContainerCgroup::containerId);
  }

  private OptionalLong summaryUid(int pid) {
    Optional<OomLine.Task> task = summary.flatMap(OomLine.Summary::task);
    return task.isPresent() && task.get().pid() == pid
        ? OptionalLong.of(task.get().uid())
        : OptionalLong.empty();
  }

  private Optional<Victim> victimByHearsay() {
    return summary
        .flatMap(OomLine.Summary::task)
        .map(task -> Victim.named(task.pid(), task.comm(), OptionalLong.of(task.uid())))
        .or(() -> chosen.map(task -> Victim.named(task.pid(), task.comm(), OptionalLong.empty())));
  }
}
