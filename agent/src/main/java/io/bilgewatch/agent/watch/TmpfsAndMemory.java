package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.cgroup.WatchedCgroup;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is read of each running container each second, and what came in last. */
final class TmpfsAndMemory {
  /** How long a tmpfs is not asked while the host's shared memory stands still. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** Whose rest is half over is asked with those whose rest is over, up to so many: some 30 ms. */
  private static final int TOGETHER = 512;

  private final Collectors collectors;
  private final ProcessTracker processes;
  private Map<String, Reading<TmpfsRead>> tmpfs = Map.of();
  private Map<String, Reading<List<Reading<TmpfsUsage>>>> mounts = Map.of();
  private Map<String, Reading<MemoryUsage>> memory = Map.of();
  private Map<String, Basis> bases = Map.of();
  private long memoryNanos;
  private boolean anew;

  /** Whose tmpfs were asked last, and when the first of them is to be asked again. */
  private Map<String, RunningProcess> asked = Map.of();

  private long askNanos;

  /** What the memory was read of last, and when the first of it is to be read again. */
  private Of read = new Of(Map.of(), Map.of(), List.of());

  private long readNanos;

  /** By identity. */
  private record Of(
      Map<String, RunningProcess> running,
      Map<String, Reading<TmpfsRead>> tmpfs,
      List<Container> containers) {
    @SuppressWarnings("ReferenceEquality")
    boolean isStill(Of now) {
      return running == now.running && tmpfs == now.tmpfs && containers == now.containers;
    }
  }

  /** What was known when a container's memory was read last. */
  private record Basis(Reading<TmpfsRead> tmpfs, Reading<HostConfig> config) {
    /** A tmpfs that is what it was is the same object; a state file that was read again is not. */
    @SuppressWarnings("ReferenceEquality")
    boolean isStill(Basis now) {
      return tmpfs == now.tmpfs && (config == now.config || config.equals(now.config));
    }
  }

  TmpfsAndMemory(Collectors collectors, ProcessTracker processes) {
    this.collectors = collectors;
    this.processes = processes;
  }

  /** Something happened: the next time, all that there is is read. */
  void anew() {
    anew = true;
  }

  /**
   * Asks each tmpfs, or where the host's shared memory as a whole is what it was, those that were
   * not asked for {@link #LONGEST}.
   *
   * <p>Where a mount has moved since its table was read, the table and the mounts are read once
   * more: a container that moves directories about must not be without figures between two looks.
   *
   * @param sharedStill whether the host's shared memory as a whole is what it was the last time
   * @param reread reads the tables of these containers again
   * @return whether each was asked
   */
  @SuppressWarnings("ReferenceEquality")
  boolean readTmpfs(
      List<Container> containers,
      boolean sharedStill,
      long now,
      Consumer<Map<String, Container>> reread) {
    boolean still = !anew && sharedStill;
    if (still && processes.running() == asked && now - askNanos < 0) {
      return false;
    }
    Map<String, Reading<TmpfsRead>> read = ask(processes.running(), Map.of(), still, now);
    Map<String, Container> moved = new HashMap<>();
    for (Container container : containers) {
      if (isStale(read.get(container.id()))) {
        moved.put(container.id(), container);
      }
    }
    if (!moved.isEmpty()) {
      reread.accept(moved);
      Map<String, RunningProcess> again = new HashMap<>(processes.running());
      again.keySet().retainAll(moved.keySet());
      read.keySet().removeAll(moved.keySet());
      read = ask(again, read, false, now);
    }
    take(read);
    asked = processes.running();
    askNanos = nextAsk(now);
    return !still;
  }

  private long nextAsk(long now) {
    long next = now + LONGEST.toNanos();
    for (Map.Entry<String, RunningProcess> one : asked.entrySet()) {
      Reading<ContainerTmpfs> mounts = one.getValue().tmpfs();
      if (!(mounts instanceof Reading.Present<ContainerTmpfs>(ContainerTmpfs found))
          || !stands(mounts, tmpfs.get(one.getKey()), now, LONGEST)) {
        return now;
      }
      next = Math.min(next, found.askedNanos() + LONGEST.toNanos());
    }
    return next;
  }

  private Map<String, Reading<TmpfsRead>> ask(
      Map<String, RunningProcess> running,
      Map<String, Reading<TmpfsRead>> others,
      boolean still,
      long now) {
    Map<String, Reading<TmpfsRead>> standing = new HashMap<>(others);
    Map<String, Reading<ContainerTmpfs>> things = new HashMap<>();
    for (Map.Entry<String, RunningProcess> one : running.entrySet()) {
      Reading<ContainerTmpfs> mounts = one.getValue().tmpfs();
      Reading<TmpfsRead> before = tmpfs.get(one.getKey());
      if (still && stands(mounts, before, now, LONGEST)) {
        standing.put(one.getKey(), before);
      } else {
        things.put(one.getKey(), mounts);
      }
    }
    if (still) {
      Duration half = LONGEST.dividedBy(2);
      gather(
          things,
          standing,
          (process, before) -> stands(process.tmpfs(), before, now, half),
          RunningProcess::tmpfs);
    }
    for (Reading<ContainerTmpfs> mounts : things.values()) {
      if (mounts instanceof Reading.Present<ContainerTmpfs>(ContainerTmpfs asked)) {
        asked.asked(now);
      }
    }
    return collectors.tmpfs.run(things, standing);
  }

  /**
   * Takes those along whose rest is half over: many at once cost less than a few each second, and
   * come to be due at once again.
   */
  private <T, V> void gather(
      Map<String, T> things,
      Map<String, Reading<V>> standing,
      BiPredicate<RunningProcess, Reading<V>> rests,
      Function<RunningProcess, T> thing) {
    if (things.isEmpty()) {
      return;
    }
    Iterator<Map.Entry<String, Reading<V>>> others = standing.entrySet().iterator();
    while (others.hasNext() && things.size() < TOGETHER) {
      Map.Entry<String, Reading<V>> one = others.next();
      RunningProcess process = processes.running().get(one.getKey());
      if (!rests.test(process, one.getValue())) {
        things.put(one.getKey(), thing.apply(process));
        others.remove();
      }
    }
  }

  /** Whether what these very mounts said not long ago is whole, so that nothing is to be mended. */
  private static boolean stands(
      Reading<ContainerTmpfs> mounts, Reading<TmpfsRead> before, long now, Duration rest) {
    return before instanceof Reading.Present<TmpfsRead>(TmpfsRead read)
        && read.isWhole()
        && mounts instanceof Reading.Present<ContainerTmpfs>(ContainerTmpfs asked)
        && asked.isAskedWithin(rest.toNanos(), before, now);
  }

  private static boolean isStale(Reading<TmpfsRead> reading) {
    return reading instanceof Reading.Present<TmpfsRead>(TmpfsRead read) && read.stale();
  }

  @SuppressWarnings("ReferenceEquality")
  private void take(Map<String, Reading<TmpfsRead>> read) {
    Map<String, Reading<List<Reading<TmpfsUsage>>>> now = HashMap.newHashMap(read.size());
    boolean same = read.size() == tmpfs.size();
    for (Map.Entry<String, Reading<TmpfsRead>> one : read.entrySet()) {
      boolean still = one.getValue() == tmpfs.get(one.getKey());
      same &= still;
      now.put(
          one.getKey(), still ? mounts.get(one.getKey()) : one.getValue().map(TmpfsRead::mounts));
    }
    tmpfs = read;
    mounts = same ? mounts : now;
  }

  /**
   * Reads each container's memory, but where it stood still for a while. Of one with another tmpfs
   * or configuration than before, and of all where much of the host's memory went, it is read now.
   *
   * @param muchLess whether much of the host's memory went since the last time
   * @return whether any was looked at
   */
  boolean readMemory(List<Container> containers, boolean muchLess, long now) {
    boolean all = anew || muchLess;
    Map<String, RunningProcess> running = processes.running();
    memoryNanos = now;
    Of what = new Of(running, tmpfs, containers);
    if (!all && what.isStill(read) && now - readNanos < 0) {
      return false;
    }
    Map<String, Reading<MemoryUsage>> standing = new HashMap<>();
    Map<String, MemoryPasses.Target> targets = new HashMap<>();
    Map<String, Basis> found = HashMap.newHashMap(running.size());
    for (Container container : containers) {
      String id = container.id();
      RunningProcess process = running.get(id);
      if (process != null) {
        Basis basis = new Basis(tmpfs.get(id), container.hostConfig());
        Basis before = bases.get(id);
        boolean still = before != null && before.isStill(basis);
        if (still && !all && mayRest(process, memory.get(id), now, WatchedCgroup.REST)) {
          standing.put(id, memory.get(id));
        } else {
          targets.put(id, new MemoryPasses.Target(process.cgroup(), anew || !still, now));
        }
        found.put(id, still ? before : basis);
      }
    }
    if (!all) {
      Duration half = WatchedCgroup.REST.dividedBy(2);
      gather(
          targets,
          standing,
          (process, before) -> mayRest(process, before, now, half),
          process -> new MemoryPasses.Target(process.cgroup(), false, now));
    }
    bases = found;
    anew = false;
    memory = collectors.memory.run(targets, standing);
    read = what;
    readNanos = nextRead(now);
    return true;
  }

  private long nextRead(long now) {
    long next = now + WatchedCgroup.REST.toNanos();
    for (Map.Entry<String, RunningProcess> one : read.running().entrySet()) {
      if (!mayRest(one.getValue(), memory.get(one.getKey()), now, WatchedCgroup.REST)
          || !(one.getValue().cgroup()
              instanceof Reading.Present<WatchedCgroup>(WatchedCgroup cgroup))) {
        return now;
      }
      next = Math.min(next, cgroup.lookedNanos() + WatchedCgroup.REST.toNanos());
    }
    return next;
  }

  private static boolean mayRest(
      RunningProcess process, Reading<MemoryUsage> before, long now, Duration rest) {
    return before instanceof Reading.Present<MemoryUsage>
        && process.cgroup() instanceof Reading.Present<WatchedCgroup>(WatchedCgroup cgroup)
        && cgroup.mayRest(now, rest);
  }

  /** The same map and objects where nothing is other than it was. */
  Map<String, Reading<List<Reading<TmpfsUsage>>>> tmpfs() {
    return mounts;
  }

  /** Whether the last look at a container's memory read everything. */
  boolean isMemoryReadWhole(String containerId) {
    RunningProcess process = processes.running().get(containerId);
    return process != null
        && process.cgroup() instanceof Reading.Present<WatchedCgroup>(WatchedCgroup cgroup)
        && cgroup.isReadWhole(memoryNanos);
  }

  /** The same objects where nothing is other than it was. */
  Map<String, Reading<MemoryUsage>> memory() {
    return memory;
  }
}
