package io.bilgewatch.overlay;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.libc.ThreadCpu;
import io.bilgewatch.libc.Xattrs;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What one walking thread keeps from walk to walk: about 2 MiB where a tree is deep. */
final class WalkBuffers implements AutoCloseable {
  /** Entries that are looked at before the first of them is counted. */
  private static final int AT_ONCE = 32;

  final DirectoryOpener opener;
  final StatxBuffer stat = new StatxBuffer(AT_ONCE);
  final ThreadCpu clock = new ThreadCpu();
  final Levels levels;
  final LargestDirectories largest = new LargestDirectories();
  final InodeSet hardLinks;

  // This process's own descriptors, whichever host is watched.
  private final Xattrs xattrs = new Xattrs(HostRoot.LIVE.proc("self", "fd"));
  private final Map<OverlayAttributes, OverlayMarks> marks = new EnumMap<>(OverlayAttributes.class);

  WalkBuffers(Budget budget, DirectoryOpener opener) {
    this.opener = opener;
    this.levels = new Levels(opener, stat);
    hardLinks = new InodeSet(budget.hardLinks());
  }

  Optional<OverlayMarks> marks(OverlayAttributes attributes) {
    return switch (attributes) {
      case TRUSTED, USER ->
          Optional.of(marks.computeIfAbsent(attributes, a -> new OverlayMarks(xattrs, a.prefix)));
      case UNREADABLE -> Optional.empty();
    };
  }

  @Override
  public void close() {
    levels.close();
    opener.close();
    stat.close();
    clock.close();
    xattrs.close();
  }
}
