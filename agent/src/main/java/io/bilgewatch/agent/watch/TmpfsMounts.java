package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.tmpfs.TmpfsReader;
import io.bilgewatch.tmpfs.TmpfsResult;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.ArrayList;
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

  /** What the host's first process sees. */
  Reading<TmpfsRead> readHosts() {
    return tables.read(INIT).map(MountTable::writableTmpfs).map(mounts -> read(INIT, mounts));
  }

  private TmpfsRead read(int pid, List<Mount> mounts) {
    List<Reading<TmpfsUsage>> usages = new ArrayList<>();
    boolean stale = false;
    for (TmpfsResult result : reader.read(pid, mounts.subList(0, Math.min(MOST, mounts.size())))) {
      switch (result) {
        case TmpfsResult.Measured(_, Reading<TmpfsUsage> usage) -> usages.add(usage);
        case TmpfsResult.Moved(_, String detail) -> {
          stale = true;
          usages.add(Reading.missing(Reading.Cause.VANISHED, detail));
        }
      }
    }
    return new TmpfsRead(usages, stale);
  }
}
