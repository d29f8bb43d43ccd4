package io.bilgewatch.overlay;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.EntryName;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.libc.ThreadCpu;
import io.bilgewatch.libc.Xattrs;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Brings a {@link LayerTree} up to date: opens the directories that are marked, and lists those
 * whose ctime says that an entry came or went, or that are to be read in any case. What was not
 * done when a turn is over stays marked for the next; nothing is held open in between.
 *
 * <p>Like {@link LayerWalk} it walks relative to open directories, follows no link, opens nothing
 * but directories, stays on one device, and holds few descriptors. An instance belongs to one
 * thread.
 */
public final class TreeScan implements AutoCloseable {
  private static final int NONE = DirectoryNodes.NONE;

  /** Work of a directory that is opened, beside an entry that is looked at. */
  private static final int OPENING = 3;

  private static final int URGENT = TreeMarks.ANY_URGENT;
  private static final int REST = TreeMarks.ANY_OTHER;

  private final InstantSource clock;
  private final DirectoryOpener opener = new DirectoryOpener();
  private final StatxBuffer stat = new StatxBuffer();
  private final ThreadCpu cpuClock = new ThreadCpu();
  private final EntryName name = new EntryName();
  private final DirectoryReading reading = new DirectoryReading(stat);
  private final Xattrs xattrs = new Xattrs(HostRoot.LIVE.proc("self", "fd"));
  private final Map<OverlayAttributes, OverlayMarks> allMarks =
      new EnumMap<>(OverlayAttributes.class);

  private final OpenPath path = new OpenPath(opener);

  /** Of each level the child whose turn is next. */
  private int[] next = new int[16];

  // Of the turn that is under way.
  private LayerTree tree;
  private OverlayMarks marks;
  private Ration ration;

  /**
   * What a turn did.
   *
   * @param entries directory entries that were looked at, or as much work
   */
  public record Turn(long entries, Duration cpu) {}

  public TreeScan(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Does what the tree was asked for, what is urgent first.
   *
   * @param upperdir whose parents no container can change; the last component is not followed
   * @param cpu how much of it this turn may take, about
   * @param beat called now and then, on this thread
   * @return missing as VANISHED where the layer was removed, and as NOT_PERMITTED where the
   *     upperdir can't be opened (CAP_DAC_READ_SEARCH)
   */
  public Reading<Turn> advance(
      LayerTree ofLayer,
      KernelPath upperdir,
      OverlayAttributes attributes,
      Duration cpu,
      Runnable beat) {
    tree = ofLayer;
    marks =
        attributes == OverlayAttributes.UNREADABLE
            ? null
            : allMarks.computeIfAbsent(attributes, a -> new OverlayMarks(xattrs, a.prefix));
    ration = new Ration(cpuClock, cpu, beat);
    try {
      if (tree.isUrgent()) {
        descend(opener.open(upperdir), URGENT);
      }
      if (tree.isPending() && !ration.isOverAfter(0)) {
        descend(opener.open(upperdir), REST);
      }
      // While a layer is removed its entries vanish one by one, which looks like a smaller layer.
      opener.release(opener.open(upperdir));
      tree.settle(ration.cpu());
      return Reading.of(new Turn(ration.entries(), ration.cpu()));
    } catch (ErrnoException e) {
      return Reading.failed(e);
    } finally {
      path.close();
    }
  }

  /** Follows the marks of one kind from the upperdir down. */
  private void descend(int upperdir, int wanted) {
    if (!enterRoot(upperdir)) {
      return;
    }
    while (path.depth() >= 0) {
      if (next[path.depth()] == Integer.MIN_VALUE) {
        if (!read(wanted)) {
          break;
        }
        next[path.depth()] = tree.nodes.firstChild[path.node()];
      }
      int child = marked(next[path.depth()], wanted);
      if (child == NONE) {
        if (!path.leave(this::isTheOne)) {
          break;
        }
      } else if (ration.isOverAfter(OPENING)) {
        break;
      } else {
        next[path.depth()] = tree.nodes.nextSibling[child];
        step(child, wanted);
      }
    }
    abandon(wanted);
  }

  /** What is left undone stays marked, from the upperdir down to where this turn ended. */
  private void abandon(int wanted) {
    int below = wanted & (TreeMarks.BELOW_URGENT | TreeMarks.BELOW_REST);
    for (int level = 0; level <= path.depth(); level++) {
      tree.marks.set(path.node(level), below);
    }
    path.close();
  }

  private int marked(int from, int wanted) {
    int child = from;
    while (child != NONE && !tree.marks.is(child, wanted)) {
      child = tree.nodes.nextSibling[child];
    }
    return child;
  }

  private boolean enterRoot(int fd) {
    int errno = stat.descriptor(fd);
    if (errno != 0) {
      opener.release(fd);
      if (tree.directories() > 0) {
        tree.sums.fail(DirectoryNodes.ROOT, Shortfall.of(errno));
      }
      return false;
    }
    if (!tree.isRoot(stat.device(), stat.inode())) {
      tree.reset(stat.device(), stat.inode(), clock.instant());
    }
    push(DirectoryNodes.ROOT, fd);
    return true;
  }

  private void push(int node, int fd) {
    path.push(node, fd);
    if (path.depth() == next.length) {
      next = Arrays.copyOf(next, 2 * next.length);
    }
    next[path.depth()] = Integer.MIN_VALUE;
  }

  /**
   * Looks at the directory that was just opened, whose state stands in the buffer; false where the
   * turn ended before it was read.
   */
  private boolean read(int wanted) {
    int node = path.node();
    int fd = path.fd();
    long ctime = stat.changedNanos();
    long own = stat.allocatedBytes();
    tree.marks.clear(node, wanted & (TreeMarks.BELOW_URGENT | TreeMarks.BELOW_REST));
    if (isToBeListed(node, ctime, wanted) && !(isHot(node, ctime, wanted) && readHot(node, fd))) {
      describe(node, fd, own);
      if (!list(node, fd, ctime, wanted)) {
        return false;
      }
    } else {
      tree.sums.describe(node, own, tree.marks.ofOverlay(node));
    }
    tree.marks.clear(node, wanted & (TreeMarks.URGENT | TreeMarks.STALE | TreeMarks.CHECK));
    return true;
  }

  private boolean isToBeListed(int node, long ctime, int wanted) {
    return !tree.marks.is(node, TreeMarks.LISTED)
        || tree.marks.isMarked(node, TreeMarks.UNREAD)
        || ctime != tree.nodes.changed[node]
        || tree.marks.is(node, wanted & (TreeMarks.URGENT | TreeMarks.STALE))
        || (tree.marks.is(node, wanted & TreeMarks.CHECK) && tree.marks.is(node, TreeMarks.RECENT));
  }

  /** Whether it is enough to read those of its files that were written to. */
  private boolean isHot(int node, long ctime, int wanted) {
    return wanted == URGENT
        && tree.marks.is(node, TreeMarks.LISTED)
        && tree.marks.isMarked(node, TreeMarks.HOT)
        && !tree.marks.isMarked(node, TreeMarks.WHOLE | TreeMarks.UNREAD)
        && !tree.marks.is(node, TreeMarks.STALE)
        && !tree.listing.isOf(node)
        && ctime == tree.nodes.changed[node];
  }

  /** False where one of them was not counted yet, or is another file. */
  private boolean readHot(int node, int fd) {
    for (int place = tree.hot().nextWritten(node, 0);
        place >= 0;
        place = tree.hot().nextWritten(node, place + 1)) {
      name.set(tree.hot().name(place));
      if (stat.entry(fd, name.address()) != 0 || !tree.hot().isCounted(place, stat)) {
        return false;
      }
      tree.sums.apply(tree.hot(), node, place, stat);
      ration.isOverAfter(1);
    }
    return true;
  }

  private void describe(int node, int fd, long own) {
    int found = 0;
    if (marks != null) {
      // The mount's root has no parent in the layer that could be impure, and is always merged.
      boolean mayBeMerged =
          node == DirectoryNodes.ROOT
              || tree.marks.isMarked(tree.nodes.parent[node], OverlayMarks.IMPURE);
      found = marks.ofDirectory(fd, mayBeMerged);
      note(node, marks.takeFailure());
    }
    tree.sums.describe(node, own, found);
  }

  private boolean list(int node, int fd, long ctime, int wanted) {
    Listing listing = tree.listing;
    if (!listing.isOf(node)) {
      for (int child = tree.nodes.firstChild[node];
          child != NONE;
          child = tree.nodes.nextSibling[child]) {
        tree.marks.clear(child, TreeMarks.SEEN);
      }
      listing.start(node, ctime, isRecent(ctime));
      tree.sums.succeed(node);
      if (tree.marks.isMarked(node, TreeMarks.HOT)) {
        tree.hot().beginListing(node);
      }
    }
    int flag = wanted == URGENT ? TreeMarks.URGENT : TreeMarks.STALE;
    if (!reading.read(tree, fd, marks, ration, flag)) {
      return false;
    }
    // Something came or went meanwhile, and it is not known whether it was seen.
    boolean changed = stat.descriptor(fd) != 0 || stat.changedNanos() != listing.changed;
    tree.marks.setRecent(node, listing.recent || changed);
    tree.applyListing();
    return true;
  }

  /** A clock tick is up to 10 ms long, and the kernel stamps changes with the last one. */
  private boolean isRecent(long ctime) {
    long ago = clock.millis() - ctime / 1_000_000;
    return ago > -50 && ago < 50;
  }

  /** Looks at a child by its name, and opens it where that is not enough. */
  private void step(int child, int wanted) {
    name.set(tree.nodes.name[child]);
    int parentFd = path.fd();
    if (isAnsweredByItsName(child, parentFd, wanted)) {
      return;
    }
    int fd = opener.open(parentFd, name.address());
    if (fd < 0) {
      turnAway(child, -fd, wanted);
      return;
    }
    int errno = stat.descriptor(fd);
    if (errno == 0 && isTheOne(child) && path.depth() < tree.maxDepth()) {
      push(child, fd);
      return;
    }
    opener.release(fd);
    if (errno == 0 && isTheOne(child)) {
      tree.giveUp(Shortfall.TOO_DEEP);
      tree.marks.clear(child, wanted);
    } else {
      turnAway(child, errno, wanted);
    }
  }

  /** A directory without directories in it, whose ctime alone is asked for. */
  private boolean isAnsweredByItsName(int child, int parentFd, int wanted) {
    if (!tree.marks.is(child, TreeMarks.LISTED)
        || tree.marks.is(child, TreeMarks.STALE | TreeMarks.URGENT | TreeMarks.RECENT)
        || tree.nodes.firstChild[child] != NONE) {
      return false;
    }
    if (stat.entry(parentFd, name.address()) != 0
        || !isTheOne(child)
        || stat.changedNanos() != tree.nodes.changed[child]) {
      return false;
    }
    tree.sums.describe(child, stat.allocatedBytes(), tree.marks.ofOverlay(child));
    tree.marks.clear(child, wanted);
    return true;
  }

  /** By what it was the first time; file systems may list other numbers than they tell. */
  private boolean isTheOne(int child) {
    if (!tree.marks.isMarked(child, TreeMarks.KNOWN)) {
      tree.nodes.inode[child] = stat.inode();
    }
    return stat.inode() == tree.nodes.inode[child] && tree.isOnDevice(stat.device());
  }

  /** It is not there, or not what it was: then its parent is to be listed once more. */
  private void turnAway(int child, int errno, int wanted) {
    tree.marks.clear(child, wanted);
    if (errno == 0 || Shortfall.isGone(errno)) {
      if (tree.isOnDevice(stat.device()) || errno != 0) {
        tree.marks.markWhole(path.node());
      }
    } else {
      tree.sums.fail(child, Shortfall.of(errno));
    }
  }

  private void note(int node, int errno) {
    if (errno != 0 && !Shortfall.isGone(errno)) {
      tree.sums.fail(node, Shortfall.of(errno));
    }
  }

  private boolean isTheOne(int fd, int node) {
    return stat.descriptor(fd) == 0 && isTheOne(node);
  }

  @Override
  public void close() {
    path.close();
    reading.close();
    opener.close();
    stat.close();
    cpuClock.close();
    name.close();
    xattrs.close();
  }
}
