package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a writable layer, directory by directory, so that only what changed is read
 * anew: sums of what stands in each directory, not its files. A {@link TreeScan} fills it and keeps
 * it up to date; whoever owns it says what is to be looked at:
 *
 * <ul>
 *   <li>{@link #written}: a file was written to, so its directory is to be read again
 *   <li>{@link #checkDirectories}: every directory's ctime is to be compared, and those read again
 *       that gained or lost an entry
 *   <li>{@link #readAll}: every directory is to be read again, whatever is known of it
 * </ul>
 *
 * Not for several threads at once.
 */
public final class LayerTree {
  /**
   * What a tree may keep, beside its directories.
   *
   * @param links files with several names; about 90 bytes each
   * @param depth levels below the upperdir
   */
  public record Limits(int links, int depth) {
    public static final Limits DEFAULT = new Limits(50_000, 4_096);
  }

  final DirectoryNodes nodes = new DirectoryNodes();
  final TreeMarks marks = new TreeMarks(nodes);
  final TreeSums sums = new TreeSums(nodes, marks);
  final Listing listing = new Listing();

  private final Limits limits;
  private final DirectoryRoom room;
  private final LargestDirectories largest = new LargestDirectories();

  /** Made when something is told of writes: most containers are quiet. */
  private Optional<HotFiles> hot = Optional.empty();

  private List<LayerUsage.DirectoryUsage> lastLargest = List.of();
  private long largestOf = -1;
  private long device;
  private Optional<Shortfall> tooMuch = Optional.empty();
  private Optional<Instant> checkAsked = Optional.empty();
  private Optional<Instant> readAsked = Optional.empty();
  private Optional<Instant> checkedAt = Optional.empty();
  private Optional<Instant> readAt = Optional.empty();
  private Duration readCpu = Duration.ZERO;
  private Duration lastReadCpu = Duration.ZERO;

  /**
   * @param room for directories: about 100 bytes of memory each, and those of its name
   */
  public LayerTree(Limits limits, DirectoryRoom room) {
    this.limits = limits;
    this.room = room;
  }

  /** Forgets everything, and gives its room back. */
  public void clear() {
    if (nodes.size() > 0) {
      drop(DirectoryNodes.ROOT);
    }
    listing.abandon();
    tooMuch = Optional.empty();
    readAt = Optional.empty();
    checkedAt = Optional.empty();
  }

  /** Below the upperdir, whose own inode this is, nothing is known any more. */
  void reset(long newDevice, long inode, Instant now) {
    clear();
    device = newDevice;
    room.takeRoot();
    nodes.add(DirectoryNodes.NONE, new byte[0], inode);
    marks.set(DirectoryNodes.ROOT, TreeMarks.STALE);
    checkAsked = Optional.of(now);
    readAsked = Optional.of(now);
    readCpu = Duration.ZERO;
  }

  boolean isRoot(long otherDevice, long inode) {
    return nodes.size() > 0 && device == otherDevice && nodes.inode[DirectoryNodes.ROOT] == inode;
  }

  boolean isOnDevice(long other) {
    return device == other;
  }

  int maxDepth() {
    return limits.depth();
  }

  /** How many directories are known. */
  public int directories() {
    return nodes.size();
  }

  /** A file of the container was written to; the path is the container's. */
  public void written(KernelPath file) {
    if (nodes.size() == 0) {
      return;
    }
    byte[] path = file.bytes();
    int node = DirectoryNodes.ROOT;
    int from = start(path, 0);
    for (int to = end(path, from); to < path.length; to = end(path, from)) {
      int child = nodes.child(node, path, from, to);
      if (child == DirectoryNodes.NONE) {
        break;
      }
      node = child;
      from = start(path, to);
    }
    if (end(path, from) == path.length && from < path.length) {
      hot = hot.or(() -> Optional.of(new HotFiles()));
      hot.get().add(node, path, from, path.length);
      marks.markHot(node);
    } else {
      marks.markWhole(node);
    }
  }

  private static int start(byte[] path, int at) {
    int from = at;
    while (from < path.length && path[from] == '/') {
      from++;
    }
    return from;
  }

  private static int end(byte[] path, int from) {
    int to = from;
    while (to < path.length && path[to] != '/') {
      to++;
    }
    return to;
  }

  /** Every directory that is known is to be compared, as it is from now on. */
  public void checkDirectories(Instant now) {
    marks.markAll(TreeMarks.CHECK);
    checkAsked = Optional.of(now);
  }

  /** Every directory is to be read, as it is from now on. */
  public void readAll(Instant now) {
    marks.markAll(TreeMarks.STALE);
    checkAsked = Optional.of(now);
    readAsked = Optional.of(now);
    readCpu = Duration.ZERO;
  }

  /** Directories that changed in the very moment in which they were read are to be read again. */
  public void readRecent() {
    marks.markRecent();
  }

  /** Whether {@link #readRecent} has anything to do. */
  public boolean hasRecent() {
    return marks.anyRecent();
  }

  public boolean isUrgent() {
    return nodes.size() == 0 || marks.anyUrgent();
  }

  /** Whether something that was asked for has not been done. */
  public boolean isPending() {
    return isUrgent() || marks.anyOther();
  }

  /** Whether a check or a reading of everything is not at its end. */
  public boolean isUnderWay() {
    return nodes.size() > 0 && marks.anyOther();
  }

  /** When the last look at every directory began that is finished. */
  public Optional<Instant> checkedAt() {
    return checkedAt;
  }

  /** When the last reading of every directory began that is finished. */
  public Optional<Instant> readAt() {
    return readAt;
  }

  /** What the last reading of every directory cost. */
  public Duration readCpu() {
    return lastReadCpu;
  }

  /**
   * Whether a file has a name that no directory is known to have: where it was linked, it was also
   * counted elsewhere, so that everything is to be read.
   */
  public boolean hasNamesOutOfSight() {
    return sums.takeNamesOutOfSight();
  }

  /** The layer is larger than what may be kept: it can't be measured this way. */
  public Optional<Shortfall> tooMuch() {
    return tooMuch;
  }

  /**
   * The figures as they are known.
   *
   * @param changesKnown whether overlayfs's marks could be read
   * @param measuredAt when they were true
   * @param told whether writes are told of
   * @return empty before everything has been read once
   */
  public Optional<LayerMeasurement> measurement(
      boolean changesKnown, Instant measuredAt, boolean told) {
    if (readAt.isEmpty()) {
      return Optional.empty();
    }
    Optional<Shortfall> shortfall = tooMuch.or(sums::shortfall);
    LayerUsage usage =
        new LayerUsage(
            sums.allocated(),
            sums.apparent(),
            sums.inodes(),
            changesKnown ? Optional.of(sums.changes()) : Optional.empty(),
            sums.deleted(),
            sums.executables(),
            largest(),
            measuredAt,
            readAt.get(),
            told,
            lastReadCpu,
            shortfall.isEmpty());
    return Optional.of(new LayerMeasurement(usage, shortfall, sums.inodes()));
  }

  /** A directory has another name now. */
  void forgetLargest() {
    largestOf = -1;
  }

  private List<LayerUsage.DirectoryUsage> largest() {
    // The sum of all may be the same: what one directory lost another one has.
    if (largestOf != sums.shifts()) {
      largestOf = sums.shifts();
      lastLargest = largest.of(nodes);
    }
    return lastLargest;
  }

  // What a scan does.

  /** The files that were written to last; there are some where a directory is marked so. */
  HotFiles hot() {
    return hot.orElseThrow();
  }

  /** A scan has done what it could. */
  void settle(Duration cpu) {
    readCpu = readCpu.plus(cpu);
    if (nodes.size() > 0 && !marks.anyOther()) {
      checkedAt = checkAsked.or(() -> checkedAt);
      checkAsked = Optional.empty();
      if (readAsked.isPresent()) {
        readAt = readAsked;
        readAsked = Optional.empty();
        lastReadCpu = readCpu;
        sums.settleLinks();
      }
    }
  }

  /** A directory that a listing found and that was not known; NONE where there is no room. */
  int add(int parent, byte[] name, long inode, int flag) {
    if (!room.take(nodes.size())) {
      giveUp(Shortfall.TOO_MANY_ENTRIES);
      return DirectoryNodes.NONE;
    }
    int node = nodes.add(parent, name, inode);
    marks.set(node, TreeMarks.SEEN);
    marks.mark(node, flag);
    return node;
  }

  /** There is more than may be kept. */
  void giveUp(Shortfall why) {
    tooMuch = Optional.of(why);
  }

  /** Takes over what the listing found, and forgets the directories that it did not find. */
  void applyListing() {
    int node = listing.node;
    sums.apply(listing);
    nodes.marks[node] &= (byte) ~TreeMarks.WHOLE;
    if (marks.isMarked(node, TreeMarks.HOT)) {
      hot().endListing(node);
    }
    if (sums.links() > limits.links()) {
      giveUp(Shortfall.TOO_MANY_HARD_LINKS);
    }
    dropUnseen(node);
    marks.set(node, TreeMarks.LISTED);
    listing.abandon();
  }

  private void dropUnseen(int node) {
    int before = DirectoryNodes.NONE;
    int child = nodes.firstChild[node];
    while (child != DirectoryNodes.NONE) {
      int next = nodes.nextSibling[child];
      if (marks.is(child, TreeMarks.SEEN)) {
        marks.clear(child, TreeMarks.SEEN);
        before = child;
      } else {
        nodes.unlink(child, before);
        sums.takeOff(node, child);
        drop(child);
      }
      child = next;
    }
  }

  /** Forgets a directory that is in no list any more, and all below it. */
  private void drop(int top) {
    int node = top;
    while (true) {
      int child = nodes.firstChild[node];
      if (child != DirectoryNodes.NONE) {
        node = child;
      } else if (node == top) {
        forget(node);
        return;
      } else {
        int parent = nodes.parent[node];
        nodes.firstChild[parent] = nodes.nextSibling[node];
        forget(node);
        node = parent;
      }
    }
  }

  private void forget(int node) {
    sums.forget(node);
    marks.setRecent(node, false);
    listing.forget(node);
    if (marks.isMarked(node, TreeMarks.HOT)) {
      hot().forget(node);
    }
    nodes.release(node);
    room.giveBack();
  }
}
