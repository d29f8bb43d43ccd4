package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.overlay.LayerUsage.Changes;
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

  /** To be read soon. */
  static final int URGENT = 1;

  /** To be read when its turn comes. */
  static final int STALE = 2;

  /** Its ctime is to be compared. */
  static final int CHECK = 4;

  static final int BELOW_URGENT = 8;
  static final int BELOW_REST = 16;

  /** It was read in the moment in which it changed, and may have changed once more unnoticed. */
  static final int RECENT = 32;

  static final int LISTED = 64;

  /** In the listing that is under way. */
  static final int SEEN = 128;

  /** Marks of a directory beside {@link OverlayMarks}' own: it could not be read. */
  static final int UNREAD = 4;

  /** It is counted among what was created. */
  static final int CREATED = 8;

  /** It was opened once, and is counted. */
  static final int KNOWN = 16;

  /** Where it is urgent, that is not for some files alone. */
  static final int WHOLE = 32;

  /** Some of its files are among the hot ones. */
  static final int HOT = 64;

  /** Marks that stay when those of overlayfs are read again. */
  private static final int OURS = UNREAD | WHOLE | HOT;

  final DirectoryNodes nodes = new DirectoryNodes();
  final Listing listing = new Listing();

  /** Null as long as nothing is told of writes: most containers are quiet. */
  HotFiles hot;

  private final LinkedInodes links = new LinkedInodes();
  private final Limits limits;
  private final DirectoryRoom room;
  private final LargestDirectories largest = new LargestDirectories();
  private List<LayerUsage.DirectoryUsage> lastLargest = List.of();
  private long largestOf = -1;
  private long device;
  private long allocated;
  private long apparent;
  private long inodes;
  private long created;
  private long modified;
  private long deleted;
  private long executables;
  private int unread;
  private int recent;
  private boolean linksTouched;
  private Optional<Shortfall> tooMuch = Optional.empty();
  private Optional<Shortfall> reason = Optional.empty();
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
    links.clear();
    listing.abandon();
    tooMuch = Optional.empty();
    reason = Optional.empty();
    readAt = Optional.empty();
    checkedAt = Optional.empty();
  }

  /** Below the upperdir, whose own inode this is, nothing is known any more. */
  void reset(long newDevice, long inode, Instant now) {
    clear();
    device = newDevice;
    room.takeRoot();
    nodes.add(DirectoryNodes.NONE, new byte[0], inode);
    nodes.state[DirectoryNodes.ROOT] = STALE;
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
      if (hot == null) {
        hot = new HotFiles();
      }
      hot.add(node, path, from, path.length);
      nodes.marks[node] |= HOT;
      mark(node, URGENT);
    } else {
      markWhole(node);
    }
  }

  /** A directory is to be read again, all that stands in it. */
  void markWhole(int node) {
    nodes.marks[node] |= WHOLE;
    mark(node, URGENT);
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
    askAll(CHECK);
    checkAsked = Optional.of(now);
  }

  /** Every directory is to be read, as it is from now on. */
  public void readAll(Instant now) {
    askAll(STALE);
    checkAsked = Optional.of(now);
    readAsked = Optional.of(now);
    readCpu = Duration.ZERO;
  }

  private void askAll(int flag) {
    for (int node = 0; node < nodes.end(); node++) {
      nodes.state[node] |= (byte) (flag | BELOW_REST);
    }
  }

  /** Directories that changed in the very moment in which they were read are to be read again. */
  public void readRecent() {
    for (int node = 0; recent > 0 && node < nodes.end(); node++) {
      if (is(node, RECENT)) {
        markWhole(node);
      }
    }
  }

  /** Whether {@link #readRecent} has anything to do. */
  public boolean hasRecent() {
    return recent > 0;
  }

  public boolean isUrgent() {
    return nodes.size() == 0 || is(DirectoryNodes.ROOT, URGENT | BELOW_URGENT);
  }

  /** Whether something that was asked for has not been done. */
  public boolean isPending() {
    return isUrgent() || is(DirectoryNodes.ROOT, STALE | CHECK | BELOW_REST);
  }

  /** Whether a check or a reading of everything is not at its end. */
  public boolean isUnderWay() {
    return nodes.size() > 0 && is(DirectoryNodes.ROOT, STALE | CHECK | BELOW_REST);
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
    if (linksTouched) {
      linksTouched = false;
      return links.anyOutOfSight();
    }
    return false;
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
    Optional<Shortfall> shortfall = tooMuch.or(() -> unread > 0 ? reason : Optional.empty());
    LayerUsage usage =
        new LayerUsage(
            allocated,
            apparent,
            inodes,
            changesKnown ? Optional.of(new Changes(created, modified)) : Optional.empty(),
            deleted,
            executables,
            largest(),
            measuredAt,
            readAt.get(),
            told,
            lastReadCpu,
            shortfall.isEmpty());
    return Optional.of(new LayerMeasurement(usage, shortfall, inodes));
  }

  /** A directory has another name now. */
  void forgetLargest() {
    largestOf = -1;
  }

  private List<LayerUsage.DirectoryUsage> largest() {
    if (largestOf != allocated) {
      largestOf = allocated;
      lastLargest = largest.of(nodes);
    }
    return lastLargest;
  }

  // What a scan does.

  boolean is(int node, int flags) {
    return (nodes.state[node] & flags) != 0;
  }

  void clear(int node, int flags) {
    nodes.state[node] &= (byte) ~flags;
  }

  void set(int node, int flags) {
    nodes.state[node] |= (byte) flags;
  }

  /** Marks a directory, and the way to it. */
  void mark(int node, int flag) {
    set(node, flag);
    int below = flag == URGENT ? BELOW_URGENT : BELOW_REST;
    for (int up = nodes.parent[node];
        up != DirectoryNodes.NONE && !is(up, below);
        up = nodes.parent[up]) {
      set(up, below);
    }
  }

  /** A scan has done all that was asked. */
  void settle(Duration cpu) {
    readCpu = readCpu.plus(cpu);
    if (!is(DirectoryNodes.ROOT, STALE | CHECK | BELOW_REST)) {
      checkedAt = checkAsked.or(() -> checkedAt);
      checkAsked = Optional.empty();
      if (readAsked.isPresent()) {
        readAt = readAsked;
        readAsked = Optional.empty();
        lastReadCpu = readCpu;
        links.settle();
        linksTouched = false;
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
    set(node, SEEN);
    mark(node, flag);
    return node;
  }

  /** There is more than may be kept. */
  void giveUp(Shortfall why) {
    tooMuch = Optional.of(why);
  }

  /** What a directory itself takes, and whose it is. */
  void describe(int node, long bytes, int marks) {
    grow(node, bytes - nodes.own[node]);
    nodes.own[node] = bytes;
    boolean isNew = node != DirectoryNodes.ROOT && (marks & OverlayMarks.MERGED) == 0;
    boolean wasNew = (nodes.marks[node] & CREATED) != 0;
    created += (isNew ? 1 : 0) - (wasNew ? 1 : 0);
    inodes += (nodes.marks[node] & KNOWN) == 0 ? 1 : 0;
    nodes.marks[node] = (byte) (marks | KNOWN | (isNew ? CREATED : 0) | (nodes.marks[node] & OURS));
  }

  /** What is allocated in a directory changed by so much. */
  private void grow(int node, long bytes) {
    if (bytes != 0) {
      allocated += bytes;
      growBelow(node, bytes);
    }
  }

  private void growBelow(int node, long bytes) {
    for (int up = node; bytes != 0 && up != DirectoryNodes.NONE; up = nodes.parent[up]) {
      nodes.below[up] += bytes;
    }
  }

  void fail(int node, Shortfall why) {
    reason = Optional.of(why);
    if ((nodes.marks[node] & UNREAD) == 0) {
      nodes.marks[node] |= UNREAD;
      unread++;
    }
  }

  void succeed(int node) {
    if ((nodes.marks[node] & UNREAD) != 0) {
      nodes.marks[node] &= (byte) ~UNREAD;
      unread--;
    }
  }

  void setRecent(int node, boolean is) {
    if (is != is(node, RECENT)) {
      recent += is ? 1 : -1;
      nodes.state[node] ^= RECENT;
    }
  }

  boolean isMarked(int node, int mark) {
    return (nodes.marks[node] & mark) != 0;
  }

  /** A hot file of a directory that did not change otherwise has these figures now. */
  void applyHot(int node, int place, StatxBuffer stat) {
    long bytes = hot.allocatedChange(place, stat);
    grow(node, bytes);
    nodes.allocated[node] += bytes;
    apparent += hot.apparentChange(place, stat);
    nodes.apparent[node] += hot.apparentChange(place, stat);
    executables += hot.executableChange(place, stat);
    nodes.executables[node] += hot.executableChange(place, stat);
    hot.count(place, stat);
  }

  /** Takes over what a listing found, and forgets the directories that it did not find. */
  void apply(Listing found) {
    int node = found.node;
    grow(node, found.allocated - nodes.allocated[node]);
    apparent += found.apparent - nodes.apparent[node];
    inodes += found.inodes - nodes.inodes[node];
    created += found.created - nodes.created[node];
    modified += found.modified - nodes.modified[node];
    deleted += found.deleted - nodes.deleted[node];
    executables += found.executables - nodes.executables[node];
    nodes.allocated[node] = found.allocated;
    nodes.apparent[node] = found.apparent;
    nodes.inodes[node] = found.inodes;
    nodes.created[node] = found.created;
    nodes.modified[node] = found.modified;
    nodes.deleted[node] = found.deleted;
    nodes.executables[node] = found.executables;
    nodes.changed[node] = found.changed;
    nodes.marks[node] &= (byte) ~WHOLE;
    if (isMarked(node, HOT)) {
      hot.endListing(node);
    }
    applyLinks(found);
    dropUnseen(node);
  }

  private void applyLinks(Listing found) {
    long[] before = nodes.linked[found.node];
    if (found.linkCount == 0 && before == null) {
      return;
    }
    linksTouched = true;
    for (int i = 0; i < found.linkCount; i++) {
      addName(found, i);
    }
    long[] now = found.linkedInodes();
    nodes.linked[found.node] = now;
    if (before != null) {
      for (long inode : before) {
        removeName(found.node, inode, now);
      }
    }
    if (links.size() > limits.links()) {
      giveUp(Shortfall.TOO_MANY_HARD_LINKS);
    }
  }

  private void addName(Listing found, int index) {
    int place = links.place(found.linkInode[index]);
    long was = 0;
    if (links.names(place) == 0) {
      inodes++;
      links.own(place, found.node);
      links.addName(place);
    } else {
      was = links.allocated(place);
      apparent -= links.apparent(place);
      links.addName(place);
    }
    apparent += found.linkApparent[index];
    links.set(place, found.linkAllocated[index], found.linkApparent[index], found.linkLinks[index]);
    grow(links.owner(place), found.linkAllocated[index] - was);
  }

  /** One name of an inode is no longer in a directory, of which these are there now. */
  private void removeName(int node, long inode, long[] now) {
    int place = links.place(inode);
    int owner = links.owner(place);
    long bytes = links.allocated(place);
    long size = links.apparent(place);
    if (links.removeName(place)) {
      inodes--;
      apparent -= size;
      grow(owner, -bytes);
    } else if (owner == node && !Listing.contains(now, inode)) {
      // Which other directory has it is not known: until that is read, it is the layer's.
      links.own(links.place(inode), DirectoryNodes.ROOT);
      growBelow(node, -bytes);
      nodes.below[DirectoryNodes.ROOT] += bytes;
    }
  }

  private void dropUnseen(int node) {
    int before = DirectoryNodes.NONE;
    int child = nodes.firstChild[node];
    while (child != DirectoryNodes.NONE) {
      int next = nodes.nextSibling[child];
      if (is(child, SEEN)) {
        clear(child, SEEN);
        before = child;
      } else {
        nodes.unlink(child, before);
        growBelow(node, -nodes.below[child]);
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

  /** What was allocated below is taken off those above by whoever drops the topmost. */
  private void forget(int node) {
    allocated -= nodes.own[node] + nodes.allocated[node];
    apparent -= nodes.apparent[node];
    inodes -= nodes.inodes[node] + ((nodes.marks[node] & KNOWN) != 0 ? 1 : 0);
    created -= nodes.created[node] + ((nodes.marks[node] & CREATED) != 0 ? 1 : 0);
    modified -= nodes.modified[node];
    deleted -= nodes.deleted[node];
    executables -= nodes.executables[node];
    long[] names = nodes.linked[node];
    if (names != null) {
      linksTouched = true;
      for (long inode : names) {
        forgetName(node, inode);
      }
    }
    succeed(node);
    setRecent(node, false);
    listing.forget(node);
    if (isMarked(node, HOT)) {
      hot.forget(node);
    }
    nodes.release(node);
    room.giveBack();
  }

  private void forgetName(int node, long inode) {
    int place = links.place(inode);
    int owner = links.owner(place);
    long bytes = links.allocated(place);
    long size = links.apparent(place);
    if (links.removeName(place)) {
      inodes--;
      apparent -= size;
      allocated -= bytes;
      if (owner == DirectoryNodes.ROOT) {
        nodes.below[DirectoryNodes.ROOT] -= bytes;
      }
    } else if (owner == node) {
      links.own(links.place(inode), DirectoryNodes.ROOT);
      nodes.below[DirectoryNodes.ROOT] += bytes;
    }
  }

  /** For tests: the sums are what they are said to be the sums of. */
  void verify() {
    long bytes = 0;
    for (int node = 0; node < nodes.end(); node++) {
      bytes += nodes.own[node] + nodes.allocated[node];
    }
    bytes += links.allocatedInAll();
    if (bytes != allocated || nodes.below[DirectoryNodes.ROOT] != allocated) {
      throw new IllegalStateException(
          bytes + " in all, " + allocated + " counted, " + nodes.below[DirectoryNodes.ROOT]);
    }
  }
}
