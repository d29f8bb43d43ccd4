package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountChanges;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.tmpfs.TmpfsReader;
import io.bilgewatch.tmpfs.TmpfsResult;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.tmpfs.WatchedTmpfs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Finds the tmpfs mounts of a container, or of the host, by its mount table. */
final class TmpfsMounts implements AutoCloseable {
  private static final int INIT = 1;

  /** Beyond any honest container; one with CAP_SYS_ADMIN mounts without end. */
  private static final int MOST = 256;

  private final MountTableReader tables;
  private final TmpfsReader reader;
  private final LongSupplier nanos;

  /** A host's mount table is long, and what is mounted on it for its own use stays. */
  private final MountChanges changes;

  private volatile Hosts hosts;

  /** The host's own mounts, as this version of its table said. */
  private record Hosts(Reading<WatchedTmpfs> mounts, long version) {}

  /**
   * @param nanos a monotonic clock
   */
  TmpfsMounts(HostRoot host, LongSupplier nanos) {
    this.tables = new MountTableReader(host);
    this.reader = new TmpfsReader(host);
    this.nanos = nanos;
    this.changes = new MountChanges(host.process(INIT, "mountinfo"));
  }

  /** The mounts of a container's process, to be asked again and again. */
  ContainerTmpfs watch(int pid, List<Mount> mounts) {
    int read = Math.min(MOST, mounts.size());
    return new ContainerTmpfs(reader.watch(pid, mounts.subList(0, read)), mounts.size(), read);
  }

  /**
   * What the host's first process can write to. Missing where one of the mounts can't be read,
   * since it is only wanted as a whole; one that went away meanwhile does not count.
   */
  Reading<TmpfsRead> readHosts() {
    Hosts known = hosts;
    long version = changes.version(nanos.getAsLong());
    if (known == null || version != known.version()) {
      known = new Hosts(tables.read(INIT).map(this::writable), version);
      hosts = known.mounts().isPresent() ? known : null;
    }
    return switch (known.mounts()) {
      case Missing<WatchedTmpfs> missing -> missing.as();
      case Present<WatchedTmpfs>(WatchedTmpfs mounts) -> whole(looked(mounts.read()));
    };
  }

  /** Where one is not where the table says, the table is read the next time. */
  private List<TmpfsResult> looked(List<TmpfsResult> results) {
    if (results.stream().anyMatch(TmpfsResult.Moved.class::isInstance)) {
      hosts = null;
    }
    return results;
  }

  private WatchedTmpfs writable(MountTable table) {
    return reader.watch(
        viewer(table),
        table.tmpfsFileSystems().stream()
            .filter(mount -> !mount.readOnly() && !mount.superReadOnly())
            .toList());
  }

  /**
   * This process where it has the first one's root: some kernels deny even root the way through
   * that of a process with more capabilities.
   */
  private int viewer(MountTable hosts) {
    Optional<Integer> own = tables.readOwn().optional().flatMap(MountTable::root).map(Mount::id);
    return own.isPresent() && own.equals(hosts.root().map(Mount::id))
        ? (int) ProcessHandle.current().pid()
        : INIT;
  }

  private static Reading<TmpfsRead> whole(List<TmpfsResult> results) {
    List<Reading<TmpfsUsage>> usages = new ArrayList<>();
    for (TmpfsResult result : results) {
      switch (result) {
        case TmpfsResult.Measured(_, Missing<TmpfsUsage> missing) -> {
          return missing.as();
        }
        case TmpfsResult.Measured(_, Present<TmpfsUsage> usage) -> usages.add(usage);
        case TmpfsResult.Moved _ -> {}
      }
    }
    return Reading.of(new TmpfsRead(usages, false));
  }

  @Override
  public void close() {
    changes.close();
  }
}
