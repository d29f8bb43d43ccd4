package io.bilgewatch.overlay;

import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.StatxBuffer;
import java.util.Optional;

/** One pass over a layer, from its upperdir down and back up, an entry at a time. */
final class LayerPass {
  private final DirectoryOpener opener;
  private final StatxBuffer stat;
  private final Levels levels;
  private final LargestDirectories largest;
  private final Tally tally;
  private final Optional<OverlayMarks> marks;
  private final Optional<ImageNames> image;
  private final Meter meter;
  private final int maxDepth;
  private final LayerVisitor visitor;
  private final boolean tells;

  private Shortfall first;
  private boolean stopped;

  LayerPass(
      WalkBuffers buffers,
      Optional<OverlayMarks> marks,
      Optional<ImageNames> image,
      Meter meter,
      int maxDepth,
      LayerVisitor visitor) {
    this.visitor = visitor;
    this.tells = !visitor.equals(LayerVisitor.NONE);
    this.opener = buffers.opener;
    this.stat = buffers.stat;
    this.levels = buffers.levels;
    this.largest = buffers.largest;
    this.marks = marks;
    this.image = image;
    this.meter = meter;
    this.maxDepth = maxDepth;
    buffers.hardLinks.clear();
    this.tally = new Tally(buffers.hardLinks);
  }

  /** Walks what is open, and takes the descriptor over. */
  void walk(int upperdir) {
    try {
      start(upperdir);
      while (!stopped && levels.depth() >= 0) {
        step();
      }
      marks.ifPresent(m -> note(m.takeFailure()));
    } finally {
      levels.abandon();
    }
  }

  Tally tally() {
    return tally;
  }

  /** The first reason for which figures are missing. */
  Optional<Shortfall> shortfall() {
    return Optional.ofNullable(first);
  }

  private void start(int fd) {
    int errno = stat.descriptor(fd);
    if (errno != 0) {
      opener.release(fd);
      note(errno);
      return;
    }
    // The mount's root has no parent in the layer that could be impure, and is always merged.
    levels.start(fd, stat.device(), stat.inode(), marksOf(fd, true));
    largest.start();
    image.ifPresent(ImageNames::start);
    visitor.start();
    addDirectory();
  }

  private void step() {
    Directory directory = levels.current();
    int result = directory.advance();
    if (result > 0) {
      visit(directory);
    } else {
      note(-result);
      largest.leave(levels.depth(), levels.bytes());
      if (levels.depth() > 0) {
        image.ifPresent(ImageNames::leave);
        visitor.leave();
      }
      stopFor(levels.leave());
    }
  }

  private void visit(Directory parent) {
    if (parent.type() == Directory.DT_DIR) {
      descend(parent);
      stopFor(meter.countEntry());
      return;
    }
    int count = stat.entries(parent, levels.lookup());
    for (int i = 0; i < count && !stopped; i++) {
      int errno = stat.select(parent, i);
      if (errno == 0 && stat.isDirectory()) {
        // Of a type that was not known, or another thing by now; what is behind it is asked again.
        descend(parent);
        stopFor(meter.countEntry());
        return;
      }
      if (errno != 0) {
        note(errno);
      } else if (isPart()) {
        count(parent);
      }
      stopFor(meter.countEntry());
    }
  }

  /** Opens first and looks at what is open, since the name may stand for another thing by now. */
  private void descend(Directory parent) {
    int fd = opener.open(parent.descriptor(), parent.name());
    if (fd < 0) {
      // What is mounted there is no part of it.
      note(fd == -Errno.EXDEV ? 0 : -fd);
      return;
    }
    int errno = stat.descriptor(fd);
    if (errno == 0 && isPart() && isNotTooDeep()) {
      enter(parent, fd);
    } else {
      opener.release(fd);
      note(errno);
    }
  }

  /**
   * Whether what was looked at belongs to what is walked. Devices don't tell where mounts do: a
   * subvolume of btrfs has one of its own, and so may a file in an overlay.
   */
  private boolean isPart() {
    return opener.tellsMounts() ? !stat.isMountRoot() : levels.isOnDevice(stat.device());
  }

  private boolean isNotTooDeep() {
    if (levels.depth() < maxDepth) {
      return true;
    }
    remember(Shortfall.TOO_DEEP);
    return false;
  }

  private void enter(Directory parent, int fd) {
    int found = marksOf(fd, levels.isMarked(OverlayMarks.IMPURE));
    boolean ofTheImage = isOfTheImage(parent, (found & OverlayMarks.MERGED) != 0);
    if (!ofTheImage) {
      tally.countChange(false);
    }
    largest.enter(levels.depth() + 1, parent);
    if (tells) {
      visitor.enter(name(parent), ofTheImage, stat.changedNanos());
    }
    levels.enter(fd, stat.inode(), found);
    addDirectory();
  }

  /** By overlayfs's own marks; without them by the layers below, and without those so too. */
  private boolean isOfTheImage(Directory parent, boolean merged) {
    boolean hidden = marks.isPresent() && !merged;
    boolean below = image.isEmpty() || image.get().enter(parent, hidden);
    return marks.isPresent() ? merged : below;
  }

  private int marksOf(int fd, boolean mayBeMerged) {
    return marks.isPresent() ? marks.get().ofDirectory(fd, mayBeMerged) : 0;
  }

  private void addDirectory() {
    tally.addDirectory(stat);
    levels.addBytes(stat.allocatedBytes());
  }

  private void count(Directory parent) {
    InodeSet.Added added = tally.addInode(stat);
    switch (added) {
      case NEW -> levels.addBytes(stat.allocatedBytes());
      case KNOWN -> {}
      case FULL -> remember(Shortfall.TOO_MANY_HARD_LINKS);
    }
    LayerEntry.Change change = change(parent);
    if (change == LayerEntry.Change.DELETED) {
      tally.countDeleted();
    } else {
      tally.countChange(change == LayerEntry.Change.MODIFIED);
      if (stat.isExecutable()) {
        tally.countExecutable();
      }
    }
    if (tells) {
      long bytes = added == InodeSet.Added.NEW ? stat.allocatedBytes() : 0;
      visitor.entry(name(parent), entry(change, bytes));
    }
  }

  private LayerEntry.Change change(Directory parent) {
    if (stat.isWhiteoutDevice()) {
      return LayerEntry.Change.DELETED;
    }
    if (marks.isPresent()
        && levels.isMarked(OverlayMarks.IMPURE)
        && marks.get().hasOrigin(parent)) {
      return LayerEntry.Change.MODIFIED;
    }
    LayerEntry.Change otherwise =
        marks.isPresent() ? LayerEntry.Change.CREATED : LayerEntry.Change.WRITTEN;
    return image.isPresent() ? byName(image.get(), parent, otherwise) : otherwise;
  }

  /** A copy that should have a mark and has none is one of a file with several names. */
  private LayerEntry.Change byName(
      ImageNames names, Directory parent, LayerEntry.Change otherwise) {
    return switch (names.has(parent, stat)) {
      case UNKNOWN -> otherwise;
      case NOTHING -> LayerEntry.Change.CREATED;
      case SOMETHING ->
          marks.isEmpty() || names.isLinked() ? LayerEntry.Change.MODIFIED : otherwise;
    };
  }

  private LayerEntry entry(LayerEntry.Change change, long bytes) {
    return new LayerEntry(
        change, type(), bytes, stat.changedNanos(), stat.isExecutable(), stat.uid(), stat.gid());
  }

  private LayerEntry.Type type() {
    return switch (stat.type()) {
      case StatxBuffer.REGULAR -> LayerEntry.Type.FILE;
      case StatxBuffer.SYMLINK -> LayerEntry.Type.SYMLINK;
      case StatxBuffer.SOCKET -> LayerEntry.Type.SOCKET;
      case StatxBuffer.FIFO -> LayerEntry.Type.FIFO;
      default -> LayerEntry.Type.DEVICE;
    };
  }

  private static byte[] name(Directory parent) {
    byte[] name = new byte[parent.nameLength()];
    parent.copyName(name, 0, name.length);
    return name;
  }

  /** An error, unless it says that something went away meanwhile; 0 is none. */
  private void note(int errno) {
    if (errno != 0 && !Shortfall.isGone(errno)) {
      remember(Shortfall.of(errno));
    }
  }

  private void stopFor(Shortfall reason) {
    if (reason != null) {
      stopped = true;
      remember(reason);
    }
  }

  private void remember(Shortfall reason) {
    if (first == null) {
      first = reason;
    }
  }
}
