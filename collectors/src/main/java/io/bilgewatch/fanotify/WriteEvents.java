package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.DescriptorPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.FanotifyGroup;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.Statx;
import io.bilgewatch.process.ProcessOwner;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Makes of each event a name in its container's round, and keeps the file from being told again in
 * that round. Where that can't be, or would cost too much, the container's mark is dropped.
 */
final class WriteEvents implements FanotifyGroup.Receiver, AutoCloseable {
  /** In one turn, all containers together. */
  private static final int MOST_NAMED = 256;

  private final HostRoot host;
  private final FanotifyGroup group;
  private final MarkedContainers containers;
  private final Marks marks;
  private final Owners owners;
  private final DescriptorPath names;
  private final Statx statx = new Statx();
  private final Statx seen = new Statx();

  private final Writers writers;

  private int named;

  WriteEvents(
      HostRoot host,
      FanotifyGroup group,
      MarkedContainers containers,
      Marks marks,
      Owners owners,
      Writers writers) {
    this.host = host;
    this.group = group;
    this.containers = containers;
    this.marks = marks;
    this.owners = owners;
    this.writers = writers;
    this.names = new DescriptorPath(HostRoot.LIVE.proc("self", "fd"));
  }

  void beginTurn() {
    named = 0;
  }

  @Override
  public void written(Fd file, int pid) {
    try {
      statx.of(file);
      Optional<MarkedContainer> container = container(pid);
      if (container.isEmpty()) {
        nobodys(file);
      } else if (!container.get().isComplete()) {
        group.leaveFilesystemOf(file);
      } else {
        written(container.get(), file, pid);
      }
    } catch (ErrnoException _) {
      unopened(pid);
    }
  }

  private void written(MarkedContainer container, Fd file, int pid) throws ErrnoException {
    named++;
    boolean seen =
        container.count()
            && named <= MOST_NAMED
            && (statx.isRegularFile() ? name(container, file, pid) : ignore(file));
    if (!seen) {
      marks.drop(container, file);
    }
  }

  /**
   * @return whether the container need not be looked at as a whole
   */
  private boolean name(MarkedContainer container, Fd file, int pid) {
    Optional<FileName> name = name(container, file);
    if (name.isEmpty()) {
      return false;
    }
    boolean first = container.tell(name.get().path());
    return !container.isFull()
        && !writers.isFast(container, pid)
        && leaveAlone(container, file, name.get(), first);
  }

  /**
   * @param first whether its name was not told yet in this round
   * @return whether nothing more is told of it until the round's end
   */
  private boolean leaveAlone(MarkedContainer container, Fd file, FileName name, boolean first) {
    if (first && name.deleted()) {
      // Most of those are closed and gone; one that is written on is told once more.
      return true;
    }
    if (!ignore(file)) {
      return false;
    }
    if (first) {
      container.ignored(name.path());
    } else {
      container.ignoredStray();
    }
    return true;
  }

  /** What is written into a pipe or a device makes no layer larger, and is ignored for good. */
  private boolean ignore(Fd file) {
    try {
      group.ignore(file);
      return true;
    } catch (ErrnoException _) {
      return false;
    }
  }

  /** Whose file it is: by its device, else by its mount, else by its writer. */
  private Optional<MarkedContainer> container(int pid) {
    long device = OverlayRoot.device(statx);
    Optional<MarkedContainer> byDevice = containers.byDevice(device);
    Optional<MarkedContainer> byMount = containers.byMount(statx.mountId());
    if (byDevice.isPresent() && byMount.isPresent() && byDevice.get() != byMount.get()) {
      // One of the two numbers was another's before.
      byDevice.get().tellAll();
      byMount.get().tellAll();
      return byDevice;
    }
    byDevice.ifPresent(container -> container.knownByDevice = true);
    Optional<MarkedContainer> known = byDevice.or(() -> byMount).or(() -> ofWriter(pid));
    known.ifPresent(container -> containers.alias(device, container));
    return known;
  }

  private Optional<MarkedContainer> ofWriter(int pid) {
    return pid > 0 && owners.now(pid) instanceof ProcessOwner.OfContainer(String id)
        ? containers.byId(id)
        : Optional.empty();
  }

  /** Left over from one that is not armed any more, or of one whose files bear any device. */
  private void nobodys(Fd file) throws ErrnoException {
    group.leaveFilesystemOf(file);
    containers.all().stream()
        .filter(container -> !container.knownByDevice)
        .forEach(MarkedContainer::tellAll);
  }

  private Optional<FileName> name(MarkedContainer container, Fd file) {
    try {
      Optional<FileName> name = FileName.of(names.of(file), statx.links());
      return container.isRoot(statx.mountId())
          ? name
          : name.filter(said -> !said.deleted() && isThere(container, said.path()));
    } catch (ErrnoException _) {
      return Optional.empty();
    }
  }

  /** A file that was written to through another mount may have that name elsewhere. */
  private boolean isThere(MarkedContainer container, KernelPath path) {
    try (OverlayRoot root = OverlayRoot.open(host, container.pid);
        Fd found = root.at(path)) {
      seen.of(found);
      return container.isRoot(seen.mountId())
          && seen.inode() == statx.inode()
          && OverlayRoot.device(seen) == OverlayRoot.device(statx);
    } catch (ErrnoException _) {
      return false;
    }
  }

  @Override
  public void unopened(int pid) {
    ofWriter(pid).ifPresentOrElse(marks::drop, this::overflowed);
  }

  @Override
  public void overflowed() {
    try {
      marks.dropAll();
    } catch (ErrnoException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    writers.close();
    names.close();
    statx.close();
    seen.close();
  }
}
