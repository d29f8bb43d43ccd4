package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.process.ProcessIdentity;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.process.ProcessPostureReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads what changes seldom about a container's first process, and makes sure that it is the
 * container's: an engine that was killed leaves numbers in its files that others get later.
 */
final class ProcessReader {
  private final HostRoot host;
  private final MountTableReader tables;
  private final ProcessPostureReader postures;
  private final MemoryReader memories;
  private final AccessReader access;

  ProcessReader(HostRoot host) {
    this.host = host;
    this.tables = new MountTableReader(host);
    this.postures = new ProcessPostureReader(host);
    this.memories = new MemoryReader(host);
    this.access = new AccessReader(host);
  }

  Reading<ProcessFacts> read(Container container) {
    return switch (ProcessIdentity.read(host, container.state().pid())) {
      case Missing<ProcessIdentity> missing -> missing.as();
      case Present<ProcessIdentity>(ProcessIdentity identity) -> owned(container, identity);
    };
  }

  private Reading<ProcessFacts> owned(Container container, ProcessIdentity identity) {
    int pid = identity.pid();
    try {
      Optional<String> owner =
          CgroupMembership.parse(KernelFile.read(host.process(pid, "cgroup"))).containerId();
      if (!owner.equals(Optional.of(container.id()))) {
        return Reading.missing(Cause.VANISHED, "process " + pid + " is not the container's");
      }
    } catch (IOException e) {
      return Reading.failed(e);
    }
    ProcessFacts facts = facts(container, identity);
    // Another process may have got the number while its files were read.
    return ProcessIdentity.read(host, pid).equals(Reading.of(identity))
        ? Reading.of(facts)
        : Reading.missing(Cause.VANISHED, "process " + pid + " ended meanwhile");
  }

  private ProcessFacts facts(Container container, ProcessIdentity identity) {
    int pid = identity.pid();
    Reading<MountTable> mounts = tables.readBounded(pid);
    Reading<ProcessPosture> posture = postures.read(pid);
    return new ProcessFacts(
        identity,
        mounts,
        mounts.map(MountTable::tmpfsFileSystems),
        posture,
        memories.locate(pid),
        access.volumes(container.state(), pid, mounts, posture),
        access.home(pid, mounts, posture));
  }
}
