package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Remembered;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.process.ProcessPostureReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a container's process said when it was read last, and what that meant. Not for several
 * threads at once.
 */
final class ProcessMemo {
  /** How long a process starts up, and what it was then may be another thing soon. */
  static final Duration SETTLES = Duration.ofMinutes(1);

  /** How long privileges, environment and volumes of a settled process are taken as they were. */
  static final Duration REST = Duration.ofMinutes(2);

  private Parts parts;
  private Container container;
  private long begunNanos;
  private long wholeNanos;

  /** Of one process, all of which is read now; another one begins with nothing. */
  Parts of(ProcessIdentity identity, ProcessReader.Asked asked) {
    if (parts == null || !identity.equals(parts.identity)) {
      parts = new Parts(identity);
      begunNanos = asked.nanos();
    }
    container = asked.container();
    wholeNanos = asked.nanos();
    return parts;
  }

  /** Whether it is no longer starting up. */
  boolean isSettled(long nanos) {
    return parts != null && nanos - begunNanos >= SETTLES.toNanos();
  }

  /** What is known of a process that is no longer starting up, until it is all to be read again. */
  @SuppressWarnings("ReferenceEquality")
  Optional<Parts> settled(ProcessReader.Asked asked) {
    return parts != null
            && asked.container() == container
            && isSettled(asked.nanos())
            && asked.nanos() - wholeNanos < REST.toNanos()
        ? Optional.of(parts)
        : Optional.empty();
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
    private final ProcessIdentity identity;
    private Reading<ProcessFacts> last;

    Parts(ProcessIdentity identity) {
      this.identity = identity;
    }

    /** Whether the mount table is the one of the last facts. */
    @SuppressWarnings("ReferenceEquality")
    boolean isLast(Reading<MountTable> table) {
      return last instanceof Reading.Present<ProcessFacts>(ProcessFacts facts)
          && facts.mounts() == table;
    }

    /** Whether the process that has the number is still this one. */
    boolean isLast(Reading<ProcessIdentity> now, int pid) {
      return identity.pid() == pid && now.equals(Reading.of(identity));
    }

    Reading<ProcessFacts> last() {
      return last;
    }

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
