package io.bilgewatch.overlay;

import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.overlay.LayerUsage.Changes;
import java.util.Optional;

/** The sums over a tree's directories, kept equal to them whatever is found. */
final class TreeSums {
  private final DirectoryNodes nodes;
  private final TreeMarks marks;
  private final LinkedInodes links = new LinkedInodes();
  private long allocated;
  private long apparent;
  private long inodes;
  private long created;
  private long modified;
  private long deleted;
  private long executables;
  private long shifts;
  private int unread;
  private Optional<Shortfall> reason = Optional.empty();
  private boolean linksTouched;

  TreeSums(DirectoryNodes nodes, TreeMarks marks) {
    this.nodes = nodes;
    this.marks = marks;
  }

  long allocated() {
    return allocated;
  }

  /** Counts up whenever what stands below some directory becomes more or less. */
  long shifts() {
    return shifts;
  }

  long apparent() {
    return apparent;
  }

  long inodes() {
    return inodes;
  }

  Changes changes() {
    return new Changes(created, modified);
  }

  long deleted() {
    return deleted;
  }

  long executables() {
    return executables;
  }

  /** How many inodes with several names are known. */
  int links() {
    return links.size();
  }

  /** Why a directory could not be read, where one can't. */
  Optional<Shortfall> shortfall() {
    return unread > 0 ? reason : Optional.empty();
  }

  /**
   * Whether names of inodes came or went since this was asked, and more of them are out of sight.
   */
  boolean takeNamesOutOfSight() {
    boolean touched = linksTouched;
    linksTouched = false;
    return touched && links.anyOutOfSight();
  }

  /** All directories have been read: names that are not in sight now will not be. */
  void settleLinks() {
    links.settle();
    linksTouched = false;
  }

  /** What a directory itself takes, and whose it is. */
  void describe(int node, long bytes, int overlayMarks) {
    grow(node, bytes - nodes.own[node]);
    nodes.own[node] = bytes;
    boolean isNew = node != DirectoryNodes.ROOT && (overlayMarks & OverlayMarks.MERGED) == 0;
    boolean wasNew = marks.isMarked(node, TreeMarks.CREATED);
    created += (isNew ? 1 : 0) - (wasNew ? 1 : 0);
    inodes += marks.isMarked(node, TreeMarks.KNOWN) ? 0 : 1;
    int kept = nodes.marks[node] & TreeMarks.OURS;
    int isCreated = isNew ? TreeMarks.CREATED : 0;
    nodes.marks[node] = (byte) (overlayMarks | TreeMarks.KNOWN | isCreated | kept);
  }

  /** What is allocated in a directory changed by so much. */
  private void grow(int node, long bytes) {
    if (bytes != 0) {
      allocated += bytes;
      growBelow(node, bytes);
    }
  }

  private void growBelow(int node, long bytes) {
    shifts += bytes != 0 ? 1 : 0;
    for (int up = node; bytes != 0 && up != DirectoryNodes.NONE; up = nodes.parent[up]) {
      nodes.below[up] += bytes;
    }
  }

  void fail(int node, Shortfall why) {
    reason = Optional.of(why);
    if (!marks.isMarked(node, TreeMarks.UNREAD)) {
      nodes.marks[node] |= TreeMarks.UNREAD;
      unread++;
    }
  }

  void succeed(int node) {
    if (marks.isMarked(node, TreeMarks.UNREAD)) {
      nodes.marks[node] &= (byte) ~TreeMarks.UNREAD;
      unread--;
    }
  }

  /** A hot file of a directory that did not change otherwise has these figures now. */
  void apply(HotFiles hot, int node, int place, StatxBuffer stat) {
    long bytes = hot.allocatedChange(place, stat);
    grow(node, bytes);
    nodes.allocated[node] += bytes;
    apparent += hot.apparentChange(place, stat);
    nodes.apparent[node] += hot.apparentChange(place, stat);
    executables += hot.executableChange(place, stat);
    nodes.executables[node] += hot.executableChange(place, stat);
    hot.count(place, stat);
  }

  /** Takes over what a listing found beside directories. */
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
    applyLinks(found);
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
    if (takeName(place)) {
      grow(owner, -bytes);
    } else if (owner == node && !Listing.contains(now, inode)) {
      // Which other directory has it is not known: until that is read, it is the layer's.
      links.own(links.place(inode), DirectoryNodes.ROOT);
      growBelow(node, -bytes);
      nodes.below[DirectoryNodes.ROOT] += bytes;
    }
  }

  /** Takes a name off an inode; with the last one, the inode is gone. */
  private boolean takeName(int place) {
    long size = links.apparent(place);
    if (!links.removeName(place)) {
      return false;
    }
    inodes--;
    apparent -= size;
    return true;
  }

  /**
   * A directory leaves its parent with all that is below it, which is to be forgotten one by one.
   */
  void takeOff(int parent, int child) {
    growBelow(parent, -nodes.below[child]);
  }

  /** What was allocated below it has been taken off, with the topmost that is forgotten. */
  void forget(int node) {
    allocated -= nodes.own[node] + nodes.allocated[node];
    apparent -= nodes.apparent[node];
    inodes -= nodes.inodes[node] + (marks.isMarked(node, TreeMarks.KNOWN) ? 1 : 0);
    created -= nodes.created[node] + (marks.isMarked(node, TreeMarks.CREATED) ? 1 : 0);
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
  }

  private void forgetName(int node, long inode) {
    int place = links.place(inode);
    int owner = links.owner(place);
    long bytes = links.allocated(place);
    if (takeName(place)) {
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
