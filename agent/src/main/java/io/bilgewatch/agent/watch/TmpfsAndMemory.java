package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.cgroup.WatchedCgroup;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is read of each running container each second, and what came in last. */
final class TmpfsAndMemory {
  private final Collectors collectors;
  private final ProcessTracker processes;
  private Map<String, Reading<TmpfsRead>> tmpfs = Map.of();
  private Map<String, Reading<List<Reading<TmpfsUsage>>>> mounts = Map.of();
  private Map<String, Reading<MemoryUsage>> memory = Map.of();
  private Map<String, Basis> bases = Map.of();
  private boolean memoryAnew;

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

  /** Something happened: the next time, all that there is of memory is read. */
  void memoryAnew() {
    memoryAnew = true;
  }

  /**
   * Where a mount has moved since its table was read, the table and the mounts are read once more:
   * a container that moves directories about must not be without figures between two looks.
   *
   * @param reread reads the tables of these containers again
   */
  void readTmpfs(List<Container> containers, Consumer<Map<String, Container>> reread) {
    Map<String, Reading<TmpfsRead>> read = new HashMap<>(ask(processes.running()));
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
      read.putAll(ask(again));
    }
    take(read);
  }

  private Map<String, Reading<TmpfsRead>> ask(Map<String, RunningProcess> running) {
    Map<String, Reading<ContainerTmpfs>> things = HashMap.newHashMap(running.size());
    running.forEach((id, process) -> things.put(id, process.tmpfs()));
    return collectors.tmpfs.run(things);
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
          one.getKey(),
          still ? mounts.get(one.getKey()) : one.getValue().map(TmpfsRead::mounts));
    }
    tmpfs = read;
    mounts = same ? mounts : now;
  }

  /** Of a container with another tmpfs or configuration than before, all is read. */
  void readMemory(List<Container> containers) {
    Map<String, RunningProcess> running = processes.running();
    Map<String, MemoryPasses.Target> targets = HashMap.newHashMap(running.size());
    Map<String, Basis> now = HashMap.newHashMap(running.size());
    for (Container container : containers) {
      String id = container.id();
      RunningProcess process = running.get(id);
      if (process != null) {
        Basis basis = new Basis(tmpfs.get(id), container.hostConfig());
        Basis before = bases.get(id);
        boolean still = before != null && before.isStill(basis);
        targets.put(id, new MemoryPasses.Target(process.cgroup(), memoryAnew || !still));
        now.put(id, still ? before : basis);
      }
    }
    bases = now;
    memoryAnew = false;
    memory = collectors.memory.run(targets);
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
        && cgroup.isReadWhole();
  }

  /** The same objects where nothing is other than it was. */
  Map<String, Reading<MemoryUsage>> memory() {
    return memory;
  }
}
