package io.bilgewatch.agent.watch;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Missing;
import io.bilgewatch.kernel.Reading.Present;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import io.bilgewatch.tmpfs.TmpfsReader;
import io.bilgewatch.tmpfs.TmpfsResult;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /**
   * What the host's first process can write to. Missing where one of the mounts can't be read,
   * since it is only wanted as a whole; one that went away meanwhile does not count.
   */
  Reading<TmpfsRead> readHosts() {
    return switch (tables.read(INIT)) {
      case Missing<MountTable> missing -> missing.as();
      case Present<MountTable>(MountTable table) ->
          whole(
              reader.read(
                  viewer(table),
                  table.tmpfsFileSystems().stream()
                      .filter(mount -> !mount.readOnly() && !mount.superReadOnly())
                      .toList()));
    };
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

  private TmpfsRead read(int pid, List<Mount> mounts) {
    List<Reading<TmpfsUsage>> usages = new ArrayList<>();
    boolean stale = false;
    int read = Math.min(MOST, mounts.size());
    for (TmpfsResult result : reader.read(pid, mounts.subList(0, read))) {
      switch (result) {
        case TmpfsResult.Measured(_, Reading<TmpfsUsage> usage) -> usages.add(usage);
        case TmpfsResult.Moved(_, String detail) -> {
          stale = true;
          // The table is read again at once; what is still elsewhere then can't be told.
          usages.add(Reading.missing(Reading.Cause.FAILED, detail));
        }
      }
    }
    for (int i = read; i < mounts.size(); i++) {
      usages.add(Reading.missing(Reading.Cause.FAILED, tooMany(mounts.size())));
    }
    return new TmpfsRead(usages, stale);
  }

  private static String tooMany(int mounts) {
    return "%d tmpfs mounts; only the first %d are read".formatted(mounts, MOST);
  }
}
