package io.bilgewatch.tmpfs;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.StatFs;
import io.bilgewatch.mount.Mount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The tmpfs mounts of one process, as long as its mount table says the same. Each look asks the
 * kernel anew; where it says what it said before, the answer is the very same object. Not for
 * several threads at once.
 *
 * <p>That what stands at a mount's path is the mount of the table is checked by its mount id. Once
 * it was, the file system's own random number tells it, which comes with the figures: whoever has
 * that number is that tmpfs, by whichever mount.
 */
public final class WatchedTmpfs {
  private final TmpfsReader reader;
  private final KernelPath root;
  private final List<Seen> mounts;
  private List<TmpfsResult> last = List.of();

  /** A mount and what was last found there. */
  private static final class Seen {
    final Mount mount;

    /** Of the file system that was checked; 0 where none was, or it has none. */
    long fileSystemId;

    long size;
    long free;
    long inodes;
    long inodesFree;
    TmpfsResult result;

    Seen(Mount mount) {
      this.mount = mount;
    }
  }

  WatchedTmpfs(TmpfsReader reader, KernelPath root, List<Mount> mounts) {
    this.reader = reader;
    this.root = root;
    this.mounts = mounts.stream().map(Seen::new).toList();
  }

  /** One result for each mount, in their order. */
  public List<TmpfsResult> read() {
    try (Fd directory = Fd.open(root, Fd.O_PATH | Fd.O_DIRECTORY)) {
      for (Seen seen : mounts) {
        look(directory, seen);
      }
    } catch (IOException e) {
      for (Seen seen : mounts) {
        fail(seen, e);
      }
    }
    return results();
  }

  /** The same list where each of its results is the same object. */
  @SuppressWarnings("ReferenceEquality")
  private List<TmpfsResult> results() {
    boolean same = last.size() == mounts.size();
    for (int i = 0; same && i < mounts.size(); i++) {
      same = last.get(i) == mounts.get(i).result;
    }
    if (!same) {
      List<TmpfsResult> results = new ArrayList<>(mounts.size());
      mounts.forEach(seen -> results.add(seen.result));
      last = List.copyOf(results);
    }
    return last;
  }

  private void look(Fd directory, Seen seen) {
    try (Fd fd = reader.open(directory, seen.mount)) {
      StatFs statfs = reader.statfs().of(fd);
      if (statfs.type() == StatFs.TMPFS_MAGIC && isMeant(seen, fd, statfs)) {
        measured(seen, statfs);
      } else {
        moved(seen, "another file system stands at " + seen.mount.mountPoint());
      }
    } catch (ErrnoException e) {
      if (isElsewhere(e.errno())) {
        moved(seen, e.getMessage());
      } else {
        fail(seen, e);
      }
    }
  }

  private boolean isMeant(Seen seen, Fd fd, StatFs statfs) throws ErrnoException {
    long id = statfs.fileSystemId();
    if (id != 0 && id == seen.fileSystemId) {
      return true;
    }
    boolean meant = seen.mount.holds(reader.statx().of(fd));
    seen.fileSystemId = meant ? id : 0;
    return meant;
  }

  private static void measured(Seen seen, StatFs statfs) {
    boolean same =
        seen.result instanceof TmpfsResult.Measured(_, Reading.Present<TmpfsUsage> _)
            && seen.size == statfs.sizeBytes()
            && seen.free == statfs.freeBytes()
            && seen.inodes == statfs.inodes()
            && seen.inodesFree == statfs.inodesFree();
    if (!same) {
      seen.size = statfs.sizeBytes();
      seen.free = statfs.freeBytes();
      seen.inodes = statfs.inodes();
      seen.inodesFree = statfs.inodesFree();
      seen.result = new TmpfsResult.Measured(seen.mount, Reading.of(usage(seen)));
    }
  }

  private static void moved(Seen seen, String detail) {
    become(seen, new TmpfsResult.Moved(seen.mount, detail));
  }

  private static void fail(Seen seen, IOException e) {
    become(seen, new TmpfsResult.Measured(seen.mount, Reading.failed(e)));
  }

  private static void become(Seen seen, TmpfsResult result) {
    seen.result = result.equals(seen.result) ? seen.result : result;
  }

  private static boolean isElsewhere(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.EAGAIN -> true;
      default -> false;
    };
  }

  private static TmpfsUsage usage(Seen seen) {
    Mount mount = seen.mount;
    boolean sized = seen.size > 0;
    boolean counted = seen.inodes > 0;
    return new TmpfsUsage(
        mount.mountPoint(),
        mount.device(),
        sized ? Limit.bytes(seen.size) : Limit.unlimited(),
        sized ? OptionalLong.of(seen.size - seen.free) : OptionalLong.empty(),
        counted ? OptionalLong.of(seen.inodes) : OptionalLong.empty(),
        counted ? OptionalLong.of(seen.inodes - seen.inodesFree) : OptionalLong.empty(),
        sized && isBounded(mount),
        mount.readOnly() || mount.superReadOnly());
  }

  /**
   * The kernel shows {@code size=} (mm/shmem.c, {@code shmem_show_options}) where the size is not
   * its default of half of the pages that the host has at that moment; a size that was given as
   * {@code nr_blocks=} or as a percentage is shown as {@code size=} as well, and {@code size=0},
   * which is no bound, as {@code size=0k}.
   */
  private static boolean isBounded(Mount mount) {
    return !mount.superOption("size").isEmpty();
  }
}
