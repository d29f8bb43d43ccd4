package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.WatchedCgroup;
import io.bilgewatch.kernel.Reading;

/**
 * A running container's first process: what changes seldom about it, and what is asked each second.
 */
record RunningProcess(
    ProcessFacts facts, Reading<ContainerTmpfs> tmpfs, Reading<WatchedCgroup> cgroup) {

  /** Makes what is asked each second of what changes seldom. */
  record Maker(TmpfsMounts mounts, MemoryPasses memories) {
    RunningProcess of(ProcessFacts facts) {
      return new RunningProcess(facts, tmpfs(facts), cgroup(facts));
    }

    /** Keeps of an earlier look what stands by the newer facts as well. */
    RunningProcess of(ProcessFacts facts, RunningProcess before) {
      ProcessFacts known = before.facts();
      if (!facts.identity().equals(known.identity())) {
        return of(facts);
      }
      return new RunningProcess(
          facts,
          facts.tmpfsMounts().equals(known.tmpfsMounts()) ? before.tmpfs() : tmpfs(facts),
          facts.cgroup().equals(known.cgroup()) ? before.cgroup() : cgroup(facts));
    }

    private Reading<ContainerTmpfs> tmpfs(ProcessFacts facts) {
      return facts.tmpfsMounts().map(found -> mounts.watch(facts.identity().pid(), found));
    }

    private Reading<WatchedCgroup> cgroup(ProcessFacts facts) {
      return facts.cgroup().map(memories::watch);
    }
  }
}
