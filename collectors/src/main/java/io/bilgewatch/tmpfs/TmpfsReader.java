package io.bilgewatch.tmpfs;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.LinkFreeOpener;
import io.bilgewatch.libc.StatFs;
import io.bilgewatch.libc.Statx;
import io.bilgewatch.mount.Mount;
import java.util.List;

/**
 * Measures the tmpfs mounts of a container from outside, by statfs(2), which is exact and does not
 * look at the files.
 *
 * <p>The container chooses what stands at every path below its root, so each mount is opened
 * without following a link, and what was opened must be the mount of the table. Everything is
 * closed before a look returns: a descriptor that is kept would pin the container's root.
 */
public final class TmpfsReader {
  /** Opens a path below a root without following links. */
  @FunctionalInterface
  interface Opener {
    Fd open(Fd root, Mount mount) throws ErrnoException;
  }

  private final HostRoot host;
  private final Opener opener;

  /** A thread that was left behind in a call keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

  /** What the system calls of one thread are answered into. */
  private static final class Buffers {
    final LinkFreeOpener opener = new LinkFreeOpener();
    final Statx statx = new Statx();
    final StatFs statfs = new StatFs();
  }

  public TmpfsReader(HostRoot host) {
    this.host = host;
    this.opener = (root, mount) -> buffers.get().opener.open(root, mount.mountPoint());
  }

  TmpfsReader(HostRoot host, Opener opener) {
    this.host = host;
    this.opener = opener;
  }

  /**
   * Looks at these mounts, to be asked again and again.
   *
   * @param pid a process of the container, in the host's numbers
   * @param tmpfs visible tmpfs mounts of its mount table
   */
  public WatchedTmpfs watch(int pid, List<Mount> tmpfs) {
    return new WatchedTmpfs(this, KernelPath.of(host.process(pid, "root").toString()), tmpfs);
  }

  /** One look: a result for each mount, in their order. */
  public List<TmpfsResult> read(int pid, List<Mount> tmpfs) {
    return watch(pid, tmpfs).read();
  }

  Fd open(Fd root, Mount mount) throws ErrnoException {
    return opener.open(root, mount);
  }

  Statx statx() {
    return buffers.get().statx;
  }

  StatFs statfs() {
    return buffers.get().statfs;
  }
}
