package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.tmpfs.TmpfsReader;
import io.bilgewatch.tmpfs.TmpfsResult;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;

/** Measures the tmpfs mounts of a container, or of the host, by its mount table. */
final class TmpfsMounts {
  private static final int INIT = 1;

  /** Beyond any honest container; one with CAP_SYS_ADMIN mounts without end. */
  private static final int MOST = 256;

  private final MountTableReader tables;
  private final TmpfsReader reader;

  TmpfsMounts(HostRoot host) {
    this.tables = new MountTableReader(host);
    this.reader = new TmpfsReader(host);
  }

  Reading<TmpfsRead> read(ProcessFacts facts) {
    return facts.tmpfsMounts().map(mounts -> read(facts.identity().pid(), mounts));
  }

  /** What the host's first process sees; missing where one of them can't be told. */
  Reading<TmpfsRead> readHosts() {
    Reading<TmpfsRead> read =
        tables.read(INIT).map(MountTable::writableTmpfs).map(mounts -> read(INIT, mounts));
    return read.optional().stream()
        .flatMap(all -> all.mounts().stream())
        .<Reading<TmpfsRead>>mapMulti((mount, faults) -> {
          if (mount instanceof Reading.Missing<TmpfsUsage> missing) {
            faults.accept(missing.as());
          }
        })
        .findFirst()
        .orElse(read);
  }

  private TmpfsRead read(int pid, List<Mount> mounts) {
    List<TmpfsResult> results = reader.read(pid, mounts.subList(0, Math.min(MOST, mounts.size())));
    boolean stale = results.stream().anyMatch(TmpfsResult.Moved.class::isInstance);
    List<Mount> now = stale ? now(pid) : List.of();
    return new TmpfsRead(results.stream().map(result -> reading(result, now)).toList(), stale);
  }

  private List<Mount> now(int pid) {
    return tables.read(pid).optional().map(MountTable::writableTmpfs).orElse(List.of());
  }

  /** What moved away is nobody's fault; what the table still has there can't be told. */
  private static Reading<TmpfsUsage> reading(TmpfsResult result, List<Mount> now) {
    return switch (result) {
      case TmpfsResult.Measured(_, Reading<TmpfsUsage> usage) -> usage;
      case TmpfsResult.Moved(Mount mount, String detail) ->
          Reading.missing(
              isThere(mount, now) ? Reading.Cause.FAILED : Reading.Cause.VANISHED, detail);
    };
  }

  private static boolean isThere(Mount mount, List<Mount> now) {
    return now.stream()
        .anyMatch(
            other -> other.id() == mount.id() && other.mountPoint().equals(mount.mountPoint()));
  }
}
