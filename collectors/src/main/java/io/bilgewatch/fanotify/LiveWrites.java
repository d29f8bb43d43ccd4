package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.DescriptorPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Tells which process writes to which file of one container while it does: fanotify(7) on its
 * overlay and on its writable mounts. A file that was told is ignored for a while, so that a fast
 * writer is not slowed down. What raises no event is not told: a file that is made and stays empty,
 * one that is removed or renamed, a directory.
 */
public final class LiveWrites implements AutoCloseable {
  /** How long a file that was told is left alone. */
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private static final int MOST_COMM = 64;

  private final HostRoot host;
  private final FanotifyGroup group;
  private final int pid;
  private final DescriptorPath names = new DescriptorPath(HostRoot.LIVE.proc("self", "fd"));
  private final Statx statx = new Statx();
  private long heeded = System.nanoTime();

  /** Takes what was written; on the thread that polls. */
  public interface Listener {
    /**
     * @param path as the container names it
     * @param pid of the writer, by the host; 0 where it is not told
     * @param comm the writer's name as it gave it to itself; empty where it is gone by now
     */
    void written(KernelPath path, int pid, Optional<String> comm);

    /** There was more than could be told. */
    void lost();
  }

  private LiveWrites(HostRoot host, FanotifyGroup group, int pid) {
    this.host = host;
    this.group = group;
    this.pid = pid;
  }

  /**
   * Begins to watch.
   *
   * @param pid of a process of the container
   * @param mounts that it can write to, beside its root; those that can't be watched are left out
   * @throws ErrnoException EPERM without CAP_SYS_ADMIN
   */
  public static LiveWrites of(HostRoot host, int pid, List<KernelPath> mounts) throws IOException {
    FanotifyGroup group = FanotifyGroup.open();
    try (OverlayRoot root = OverlayRoot.open(host, pid)) {
      if (!root.overlay()) {
        throw new IOException("its root is no overlay, so its writes can't be watched");
      }
      group.watchFilesystem(root.fd());
      for (KernelPath mount : mounts) {
        watch(group, root.fd(), mount);
      }
      return new LiveWrites(host, group, pid);
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  private static void watch(FanotifyGroup group, Fd root, KernelPath mount) {
    try (Fd directory = OpenHow.withoutLinks(root, mount)) {
      group.watchMount(directory);
    } catch (ErrnoException _) {
      // A file that is mounted, such as /etc/hosts, or one that went away meanwhile.
    }
  }

  /** Waits at most so long for writes, and tells them. */
  public void poll(Duration most, Listener listener) throws ErrnoException {
    if (System.nanoTime() - heeded > PERIOD.toNanos()) {
      heeded = System.nanoTime();
      group.heedAll();
    }
    if (group.awaitReadable(most)) {
      group.read(new Events(listener));
    }
  }

  /** Whether the process by which it was begun has ended. */
  public boolean isOver() {
    return !Files.exists(host.process(pid, "comm"));
  }

  /** Ends a wait, by any thread. */
  public void wake() throws ErrnoException {
    group.wake();
  }

  private final class Events implements FanotifyGroup.Receiver {
    private final Listener listener;

    Events(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void written(Fd file, int pid) {
      try {
        group.ignore(file);
        KernelPath said = names.of(file);
        KernelPath path =
            FileName.of(said, statx.of(file).links()).map(FileName::path).orElse(said);
        listener.written(path, pid, comm(pid));
      } catch (ErrnoException _) {
        listener.lost();
      }
    }

    @Override
    public void unopened(int pid) {
      listener.lost();
    }

    @Override
    public void overflowed() {
      listener.lost();
    }
  }

  private Optional<String> comm(int pid) {
    if (pid <= 0) {
      return Optional.empty();
    }
    try {
      byte[] name = KernelFile.read(host.process(pid, "comm"), MOST_COMM);
      int end = name.length > 0 && name[name.length - 1] == '\n' ? name.length - 1 : name.length;
      return Optional.of(KernelPath.display(name, 0, end));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    names.close();
    statx.close();
    group.close();
  }
}
