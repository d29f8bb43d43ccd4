package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.libc.Fd;

/** Puts the kernel's marks on containers' overlays and takes them away. */
final class Marks {
  private final HostRoot host;
  private final FanotifyGroup group;
  private final MarkedContainers containers;

  Marks(HostRoot host, FanotifyGroup group, MarkedContainers containers) {
    this.host = host;
    this.group = group;
    this.containers = containers;
  }

  /** From here on its writes make events, also those to files that were ignored. */
  void put(MarkedContainer container, OverlayRoot root) throws ErrnoException {
    heedIgnored(container, root);
    group.watchFilesystem(root.fd());
  }

  /**
   * A name that finds nothing belongs to a file that was renamed, or to one that is gone: for the
   * first one's sake all that is ignored anywhere is told once more.
   */
  private void heedIgnored(MarkedContainer container, OverlayRoot root) throws ErrnoException {
    boolean found = !container.hasStrays();
    // So many names that find one, so many that were ignored: they may have been exchanged.
    for (KernelPath name : container.takeIgnored()) {
      found &= heed(root, name);
    }
    if (!found) {
      group.heedAll();
      containers.all().forEach(MarkedContainer::forgetIgnored);
    }
  }

  private boolean heed(OverlayRoot root, KernelPath path) {
    byte[] bytes = path.bytes();
    int slash = bytes.length - 1;
    while (slash > 0 && bytes[slash] != '/') {
      slash--;
    }
    try (Fd directory = root.at(KernelPath.of(bytes, 0, slash))) {
      return group.heed(directory, KernelPath.of(bytes, slash + 1, bytes.length));
    } catch (ErrnoException _) {
      return false;
    }
  }

  /**
   * Nothing more is told of the container, which must look at everything. What was ignored is not
   * any more either: to be ignored costs a writer as much as to be watched.
   */
  void drop(MarkedContainer container) {
    container.tellAll();
    try (OverlayRoot root = OverlayRoot.open(host, container.pid)) {
      if (container.isAt(container.pid, root)) {
        group.leaveFilesystem(root.fd());
        heedIgnored(container, root);
      }
    } catch (ErrnoException _) {
      // Its process has ended: with the last one the marks go too.
    }
  }

  /** As above, by a file of it that is open, which can't fail where the process has ended. */
  void drop(MarkedContainer container, Fd file) throws ErrnoException {
    group.leaveFilesystemOf(file);
    drop(container);
  }

  /** Takes marks away that nobody asks for any more. */
  void remove(MarkedContainer container) {
    drop(container);
    containers.remove(container);
  }

  void dropAll() throws ErrnoException {
    containers.all().forEach(MarkedContainer::tellAll);
    group.leaveAllFilesystems();
  }
}
