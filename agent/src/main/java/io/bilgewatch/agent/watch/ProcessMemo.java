package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Remembered;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.process.ProcessPostureReader;
import java.util.List;
import java.util.Optional;

/**
 * What a container's process said when it was read last, and what that meant. Not for several
 * threads at once.
 */
final class ProcessMemo {
  private ProcessIdentity identity;
  private Parts parts;

  /** Of one process; another one begins with nothing. */
  Parts of(ProcessIdentity now) {
    if (!now.equals(identity)) {
      identity = now;
      parts = new Parts();
    }
    return parts;
  }

  /**
   * The cgroups that a process is in.
   *
   * @param owner the container that they name
   */
  record Cgroups(CgroupMembership membership, Optional<String> owner) {}

  /** What was known of each part. */
  static final class Parts {
    final Remembered<Cgroups> cgroups = new Remembered<>();
    final Remembered<Reading<MountTable>> mounts = new Remembered<>();
    final ProcessPostureReader.Memo posture = new ProcessPostureReader.Memo();
    final Remembered<String> home = new Remembered<>();
    private Cgroups located;
    private Reading<MemoryCgroup> cgroup;
    private Reading<MountTable> searched;
    private Reading<List<Mount>> tmpfs;
    private Reading<ProcessFacts> last;

    @SuppressWarnings("ReferenceEquality")
    Reading<List<Mount>> tmpfs(Reading<MountTable> table) {
      if (table != searched) {
        searched = table;
        tmpfs = table.map(MountTable::tmpfsFileSystems);
      }
      return tmpfs;
    }

    /** What was found stays right for the life of the process; what was not is looked for again. */
    @SuppressWarnings("ReferenceEquality")
    Reading<MemoryCgroup> cgroup(Cgroups now, MemoryReader memories) {
      if (now != located || !cgroup.isPresent()) {
        located = now;
        cgroup = memories.locate(now.membership());
      }
      return cgroup;
    }

    Reading<ProcessFacts> last(ProcessFacts facts) {
      Reading<ProcessFacts> now = Reading.of(facts);
      last = now.equals(last) ? last : now;
      return last;
    }
  }
}
