package io.bilgewatch.descriptor;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.DescriptorLinks;
import io.bilgewatch.libc.SmallFile;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** One look at a container's processes, and what it has found so far. */
final class Look {
  private final HostRoot host;
  private final DescriptorLinks links;
  private final SmallFile file;
  private final LookBudget budget;
  private final OwnMounts own;
  private final Set<Inode> inodes = new HashSet<>();
  private long allocatedBytes;

  private record Inode(int major, int minor, long number) {}

  Look(HostRoot host, LookBuffers buffers, LookBudget budget, OwnMounts own) {
    this.host = host;
    this.links = buffers.links();
    this.file = buffers.file();
    this.budget = budget;
    this.own = own;
  }

  /** Adds what a process holds; nothing where it has ended. */
  void at(int pid) throws IOException {
    budget.spend(LookBudget.PROCESS);
    try {
      links.open(KernelPath.of(host.process(pid, "fd").toString()));
      while (links.advance()) {
        budget.spend(1);
        descriptor(pid);
      }
    } catch (IOException e) {
      skipWhatIsGone(e);
    } finally {
      links.leave();
    }
  }

  private void descriptor(int pid) throws IOException {
    try {
      if (links.mayBeDeleted()) {
        budget.spend(LookBudget.CANDIDATE);
        KernelPath info = KernelPath.of(host.process(pid, "fdinfo", links.name()).toString());
        if (own.has(FdInfo.mountId(file.readBeginning(info)), pid)) {
          add(links.stat());
        }
      }
    } catch (IOException e) {
      skipWhatIsGone(e);
    }
  }

  /** Another file may have got the number since its mount was asked for. */
  private void add(Statx found) {
    boolean isStill =
        found.mountId().isEmpty() || own.has(Math.toIntExact(found.mountId().getAsLong()));
    if (isStill
        && found.isRegularFile()
        && found.links() == 0
        && inodes.add(new Inode(found.deviceMajor(), found.deviceMinor(), found.inode()))) {
      allocatedBytes += found.allocatedBytes();
    }
  }

  private static void skipWhatIsGone(IOException e) throws IOException {
    if (!KernelFile.isGone(e)) {
      throw e;
    }
  }

  DeletedFiles found() {
    return new DeletedFiles(allocatedBytes, inodes.size(), budget.spent());
  }
}
