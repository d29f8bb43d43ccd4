package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.libc.SmallFile;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.process.ProcessPostureReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads what changes seldom about a container's first process, and makes sure that it is the
 * container's: an engine that was killed leaves numbers in its files that others get later. What
 * reads as before is taken as before. Once a process has settled, its mount table is read each time
 * and all the rest every {@link ProcessMemo#REST}.
 */
final class ProcessReader implements AutoCloseable {
  private final HostRoot host;
  private final MountTableReader tables;
  private final ProcessPostureReader postures;
  private final MemoryReader memories;
  private final AccessReader access;

  /** A thread that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<SmallFile> files = ThreadLocal.withInitial(SmallFile::new);

  /**
   * A container and what its process was when it was read last.
   *
   * @param memo of this container alone
   * @param nanos when it is asked, by a monotonic clock
   */
  record Asked(Container container, ProcessMemo memo, long nanos) {}

  ProcessReader(HostRoot host) {
    this.host = host;
    this.tables = new MountTableReader(host);
    this.postures = new ProcessPostureReader(host);
    this.memories = new MemoryReader(host);
    this.access = new AccessReader(host);
  }

  /** The very same object where nothing is other than it was. */
  Reading<ProcessFacts> read(Asked asked) {
    int pid = asked.container().state().pid();
    Optional<Reading<ProcessFacts>> settled = settled(pid, asked);
    if (settled.isPresent()) {
      return settled.get();
    }
    return switch (ProcessIdentity.read(host, pid, files.get())) {
      case Missing<ProcessIdentity> missing -> missing.as();
      case Present<ProcessIdentity>(ProcessIdentity identity) ->
          owned(asked.container(), identity, asked.memo().of(identity, asked));
    };
  }

  /**
   * What was known, where the process and its mounts are the same; empty where all is to be read.
   */
  private Optional<Reading<ProcessFacts>> settled(int pid, Asked asked) {
    return asked
        .memo()
        .settled(asked)
        .filter(parts -> parts.isLast(tables.readBounded(pid, files.get(), parts.mounts)))
        .filter(parts -> parts.isLast(ProcessIdentity.read(host, pid, files.get()), pid))
        .map(ProcessMemo.Parts::last);
  }

  private Reading<ProcessFacts> owned(
      Container container, ProcessIdentity identity, ProcessMemo.Parts memo) {
    int pid = identity.pid();
    ProcessMemo.Cgroups cgroups;
    try {
      KernelPath path = KernelPath.of(host.process(pid, "cgroup").toString());
      cgroups = memo.cgroups.of(files.get().readToEnd(path), this::cgroups);
    } catch (IOException e) {
      return Reading.failed(e);
    }
    if (!cgroups.owner().equals(Optional.of(container.id()))) {
      return Reading.missing(Cause.VANISHED, "process " + pid + " is not the container's");
    }
    ProcessFacts facts = facts(container, identity, cgroups, memo);
    // Another process may have got the number while its files were read.
    return ProcessIdentity.read(host, pid, files.get()).equals(Reading.of(identity))
        ? memo.last(facts)
        : Reading.missing(Cause.VANISHED, "process " + pid + " ended meanwhile");
  }

  private ProcessMemo.Cgroups cgroups(byte[] text) throws IOException {
    CgroupMembership membership = CgroupMembership.parse(text);
    return new ProcessMemo.Cgroups(membership, membership.containerId());
  }

  private ProcessFacts facts(
      Container container,
      ProcessIdentity identity,
      ProcessMemo.Cgroups cgroups,
      ProcessMemo.Parts memo) {
    int pid = identity.pid();
    Reading<MountTable> mounts = tables.readBounded(pid, files.get(), memo.mounts);
    Reading<ProcessPosture> posture = postures.read(pid, files.get(), memo.posture);
    return new ProcessFacts(
        identity,
        mounts,
        memo.tmpfs(mounts),
        posture,
        memo.cgroup(cgroups, memories),
        access.volumes(container.state(), pid, mounts, posture),
        access.home(pid, mounts, posture, files.get(), memo.home));
  }

  @Override
  public void close() {
    access.close();
  }
}
