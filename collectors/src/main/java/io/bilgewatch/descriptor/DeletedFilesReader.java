package io.bilgewatch.descriptor;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds what the processes of a container have deleted and hold open by a descriptor. What is held
 * by a mapping, a working directory, or a descriptor on its way through a socket alone is not
 * found, nor what a thread with a descriptor table of its own holds.
 *
 * <p>Nothing is opened below the container's root, and only files of the container's own overlay
 * are asked for at all: a descriptor may lead to a network file system that does not answer.
 */
public final class DeletedFilesReader {
  private final HostRoot host;
  private final int most;

  /** A thread that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<LookBuffers> buffers = ThreadLocal.withInitial(LookBuffers::new);

  public DeletedFilesReader(HostRoot host) {
    this(host, LookBudget.MOST);
  }

  DeletedFilesReader(HostRoot host, int most) {
    this.host = host;
    this.most = most;
  }

  /** The price of a look at one that has too much to look at. */
  public static int highestPrice() {
    return LookBudget.MOST;
  }

  /**
   * @param cgroup the directory of the container's cgroup
   * @param pid the container's first process
   * @param mounts what that sees
   */
  public Reading<DeletedFiles> read(KernelPath cgroup, int pid, MountTable mounts) {
    Optional<Mount> root = mounts.root().filter(Mount::isOverlay);
    if (root.isEmpty()) {
      return Reading.notApplicable("its root is no overlay");
    }
    LookBudget budget = new LookBudget(most);
    Look look =
        new Look(host, buffers.get(), budget, new OwnMounts(host, pid, mounts, root.get(), budget));
    try {
      for (int process : buffers.get().processes().of(cgroup)) {
        look.at(process);
      }
      return Reading.of(look.found());
    } catch (IOException e) {
      return failed(e);
    }
  }

  private static Reading<DeletedFiles> failed(IOException e) {
    Reading<DeletedFiles> failed = Reading.failed(e);
    return failed instanceof Reading.Missing<DeletedFiles>(Cause cause, String detail)
            && cause == Cause.NOT_PERMITTED
        ? Reading.missing(cause, detail + " (it takes CAP_SYS_PTRACE)")
        : failed;
  }
}
