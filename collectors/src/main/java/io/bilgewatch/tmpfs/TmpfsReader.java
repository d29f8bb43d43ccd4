package io.bilgewatch.tmpfs;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.StatFs;
import io.bilgewatch.libc.Statx;
import io.bilgewatch.mount.Mount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Measures the tmpfs mounts of a container from outside, by statfs(2), which is exact and does not
 * look at the files.
 *
 * <p>The container chooses what stands at every path below its root, so each mount is opened
 * without following a link, and what was opened must be the mount of the table. Everything is
 * closed before this returns: a descriptor that is kept would pin the container's root.
 */
public final class TmpfsReader {
  /** Opens a path below a root without following links. */
  @FunctionalInterface
  interface Opener {
    Fd open(Fd root, Mount mount) throws ErrnoException;
  }

  private final HostRoot host;
  private final Opener opener;

  public TmpfsReader(HostRoot host) {
    this(host, (root, mount) -> OpenHow.withoutLinks(root, mount.mountPoint()));
  }

  TmpfsReader(HostRoot host, Opener opener) {
    this.host = host;
    this.opener = opener;
  }

  /**
   * One result for each mount, in their order.
   *
   * @param pid a process of the container, in the host's numbers
   * @param tmpfs visible tmpfs mounts of its mount table
   */
  public List<TmpfsResult> read(int pid, List<Mount> tmpfs) {
    List<TmpfsResult> results = new ArrayList<>(tmpfs.size());
    try (Fd root = Fd.open(host.process(pid, "root"), Fd.O_PATH | Fd.O_DIRECTORY);
        Statx statx = new Statx();
        StatFs statfs = new StatFs()) {
      for (Mount mount : tmpfs) {
        results.add(read(root, mount, statx, statfs));
      }
      return results;
    } catch (IOException e) {
      Reading<TmpfsUsage> missing = Reading.failed(e);
      return tmpfs.stream()
          .map(mount -> (TmpfsResult) new TmpfsResult.Measured(mount, missing))
          .toList();
    }
  }

  private TmpfsResult read(Fd root, Mount mount, Statx statx, StatFs statfs) {
    try (Fd fd = opener.open(root, mount)) {
      if (!isMount(mount, statx.of(fd)) || statfs.of(fd).type() != StatFs.TMPFS_MAGIC) {
        return new TmpfsResult.Moved(mount, "another file system stands at " + mount.mountPoint());
      }
      return new TmpfsResult.Measured(mount, Reading.of(usage(mount, statfs)));
    } catch (ErrnoException e) {
      return isElsewhere(e.errno())
          ? new TmpfsResult.Moved(mount, e.getMessage())
          : new TmpfsResult.Measured(mount, Reading.failed(e));
    }
  }

  /** By its id, or before Linux 5.8 by its device, which every tmpfs has for itself. */
  private static boolean isMount(Mount mount, Statx statx) {
    OptionalLong id = statx.mountId();
    return id.isPresent()
        ? id.getAsLong() == mount.id()
        : statx.deviceMajor() == mount.major() && statx.deviceMinor() == mount.minor();
  }

  private static boolean isElsewhere(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.EAGAIN -> true;
      default -> false;
    };
  }

  private static TmpfsUsage usage(Mount mount, StatFs statfs) {
    boolean sized = statfs.sizeBytes() > 0;
    boolean counted = statfs.inodes() > 0;
    return new TmpfsUsage(
        mount.mountPoint(),
        mount.device(),
        sized ? Limit.bytes(statfs.sizeBytes()) : Limit.unlimited(),
        sized ? OptionalLong.of(statfs.sizeBytes() - statfs.freeBytes()) : OptionalLong.empty(),
        counted ? OptionalLong.of(statfs.inodes()) : OptionalLong.empty(),
        counted ? OptionalLong.of(statfs.inodes() - statfs.inodesFree()) : OptionalLong.empty(),
        sized && isBounded(mount),
        mount.readOnly() || mount.superReadOnly());
  }

  /**
   * The kernel shows {@code size=} (mm/shmem.c, {@code shmem_show_options}) where the size is not
   * its default of half of the pages that the host has at that moment; a size that was given as
   * {@code nr_blocks=} or as a percentage is shown as {@code size=} as well, and {@code size=0},
   * which is no bound, as {@code size=0k}.
   */
  static boolean isBounded(Mount mount) {
    return !mount.superOption("size").isEmpty();
  }
}
