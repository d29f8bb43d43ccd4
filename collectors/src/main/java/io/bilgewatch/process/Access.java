package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.Statx;
import java.util.Collection;

/**
 * Whether a container's user may write to a directory of the container, by owner, group and mode
 * (path_resolution(7)); access control lists are not looked at. Links on the way are not followed:
 * the container may change them at any time.
 */
public final class Access {
  private static final int CAP_DAC_OVERRIDE = 1;
  private static final int OWNER_WRITE = 0200;
  private static final int GROUP_WRITE = 0020;
  private static final int OTHERS_WRITE = 0002;

  private Access() {}

  /** Whether each of the paths may be written to by a process of this posture. */
  public static Reading<Boolean> mayWriteAll(
      HostRoot host, int pid, ProcessPosture posture, Collection<KernelPath> paths) {
    try (Statx statx = new Statx()) {
      boolean all = true;
      for (KernelPath path : paths) {
        try (Fd fd = open(host, pid, path)) {
          // A dead mount answers nobody: it is asked only where it matters.
          all &= mayOverride(posture) || mayWrite(posture, statx.of(fd));
        }
      }
      return Reading.of(all);
    } catch (ErrnoException e) {
      return failed(e);
    }
  }

  /** Whether there is something at a path of the container. */
  public static Reading<Boolean> exists(HostRoot host, int pid, KernelPath path) {
    try (Fd root = root(host, pid)) {
      try (Fd _ = OpenHow.withoutLinks(root, path)) {
        return Reading.of(true);
      } catch (ErrnoException e) {
        return e.errno() == Errno.ENOENT ? Reading.of(false) : failed(e);
      }
    } catch (ErrnoException e) {
      return failed(e);
    }
  }

  static boolean mayWrite(ProcessPosture posture, Statx statx) {
    if (mayOverride(posture)) {
      return true;
    }
    if (statx.uid() == posture.effectiveUid()) {
      return (statx.mode() & OWNER_WRITE) != 0;
    }
    boolean member =
        statx.gid() == posture.effectiveGid() || posture.groups().contains(statx.gid());
    return (statx.mode() & (member ? GROUP_WRITE : OTHERS_WRITE)) != 0;
  }

  private static boolean mayOverride(ProcessPosture posture) {
    return (posture.effectiveCapabilities() >>> CAP_DAC_OVERRIDE & 1) == 1;
  }

  /** The container's root is let go: what is looked at may hang, and must not pin it. */
  private static Fd open(HostRoot host, int pid, KernelPath path) throws ErrnoException {
    try (Fd root = root(host, pid)) {
      return OpenHow.withoutLinks(root, path);
    }
  }

  private static Fd root(HostRoot host, int pid) throws ErrnoException {
    return Fd.open(host.process(pid, "root"), Fd.O_PATH | Fd.O_DIRECTORY);
  }

  private static Reading<Boolean> failed(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ELOOP, Errno.ENOTDIR, Errno.ENOENT ->
          Reading.missing(Cause.NOT_APPLICABLE, "not a plain path: " + e.getMessage());
      default -> Reading.failed(e);
    };
  }
}
