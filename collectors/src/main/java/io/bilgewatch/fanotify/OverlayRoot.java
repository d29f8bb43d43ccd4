package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.StatFs;
import io.bilgewatch.libc.Statx;
import java.util.OptionalLong;

/**
 * The root of a container's process, open for a moment: it would pin the overlay.
 *
 * @param overlay whether it is on an overlay
 * @param device of the file system
 * @param mountId of the root's mount; empty before Linux 5.8
 */
record OverlayRoot(Fd fd, boolean overlay, long device, OptionalLong mountId)
    implements AutoCloseable {

  static OverlayRoot open(HostRoot host, int pid) throws ErrnoException {
    Fd fd = Fd.open(host.process(pid, "root"), Fd.O_PATH | Fd.O_DIRECTORY);
    try (Statx statx = new Statx();
        StatFs statfs = new StatFs()) {
      statx.of(fd);
      boolean overlay = statfs.of(fd).type() == StatFs.OVERLAYFS_MAGIC;
      return new OverlayRoot(fd, overlay, device(statx), statx.mountId());
    } catch (ErrnoException e) {
      fd.close();
      throw e;
    }
  }

  /** Major number in the upper half, minor in the lower. */
  static long device(Statx statx) {
    return (long) statx.deviceMajor() << 32 | Integer.toUnsignedLong(statx.deviceMinor());
  }

  /** What the container sees at the path, no part of which may be a symbolic link. */
  Fd at(KernelPath path) throws ErrnoException {
    return OpenHow.withoutLinks(fd, path);
  }

  @Override
  public void close() {
    fd.close();
  }
}
