package io.bilgewatch.overlay;

import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.StatxBuffer;
import java.util.Arrays;

/** Reads the entries of one open directory into a tree's listing, as far as a turn allows. */
final class DirectoryReading implements AutoCloseable {
  private final Directory directory = new Directory();
  private final StatxBuffer stat;
  private final Children children = new Children();
  private byte[] name = new byte[256];

  private LayerTree tree;
  private OverlayMarks marks;
  private int node;
  private int flag;

  /**
   * @param stat its buffer is used
   */
  DirectoryReading(StatxBuffer stat) {
    this.stat = stat;
  }

  /**
   * Goes on where the tree's listing stands.
   *
   * @param fd of the directory, at its beginning; stays the caller's
   * @param ofNew how directories are marked that were not known
   * @return whether the end was reached
   */
  boolean read(LayerTree ofLayer, int fd, OverlayMarks overlayMarks, Ration ration, int ofNew) {
    tree = ofLayer;
    marks = overlayMarks;
    node = tree.listing.node;
    flag = ofNew;
    children.load(tree.nodes, node);
    directory.adopt(fd);
    try {
      return readOn(ration);
    } finally {
      directory.release();
    }
  }

  private boolean readOn(Ration ration) {
    Listing listing = tree.listing;
    if (listing.resumeAt != 0) {
      note(directory.seek(listing.resumeAt));
    }
    while (true) {
      int result = directory.advance();
      if (result <= 0) {
        note(-result);
        return true;
      }
      visit(listing);
      if (ration.isOverAfter(1)) {
        listing.resumeAt = directory.resumeAt();
        return false;
      }
    }
  }

  private void visit(Listing listing) {
    if (directory.type() == Directory.DT_DIR) {
      meet(directory.inode());
      return;
    }
    int errno = stat.entry(directory.descriptor(), directory.name());
    if (errno != 0) {
      note(errno);
    } else if (stat.isDirectory()) {
      meet(stat.inode());
    } else if (tree.isOnDevice(stat.device())) {
      listing.count(stat, isOfTheImage());
      if (tree.marks.isMarked(node, TreeMarks.HOT)) {
        int length = directory.nameLength();
        directory.copyName(name, 0, length);
        tree.hot().meet(node, name, length, stat);
      }
    }
  }

  private boolean isOfTheImage() {
    if (!tree.marks.isMarked(node, OverlayMarks.IMPURE)) {
      return false;
    }
    boolean has = marks.hasOrigin(directory);
    note(marks.takeFailure());
    return has;
  }

  /** A directory stands here: one that is known, perhaps by another name, or a new one. */
  private void meet(long inode) {
    int length = directory.nameLength();
    directory.copyName(name, 0, length);
    int child = children.get(inode);
    if (child == DirectoryNodes.NONE) {
      child = tree.add(node, Arrays.copyOf(name, length), inode, flag);
      if (child != DirectoryNodes.NONE) {
        children.put(inode, child);
      }
      return;
    }
    byte[] known = tree.nodes.name[child];
    if (!Arrays.equals(known, 0, known.length, name, 0, length)) {
      tree.nodes.name[child] = Arrays.copyOf(name, length);
      tree.forgetLargest();
    }
    tree.marks.set(child, TreeMarks.SEEN);
  }

  private void note(int errno) {
    if (errno != 0 && !Shortfall.isGone(errno)) {
      tree.sums.fail(node, Shortfall.of(errno));
    }
  }

  @Override
  public void close() {
    directory.close();
  }

  /** The known directories in a directory by their inodes: open addressing, used again. */
  private static final class Children {
    private static final int FIRST_SLOTS = 64;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long[] keys = new long[FIRST_SLOTS];
    private int[] values = new int[FIRST_SLOTS];
    private int size;

    Children() {
      Arrays.fill(values, DirectoryNodes.NONE);
    }

    void load(DirectoryNodes nodes, int node) {
      if (keys.length > FIRST_SLOTS) {
        keys = new long[FIRST_SLOTS];
        values = new int[FIRST_SLOTS];
      }
      Arrays.fill(values, DirectoryNodes.NONE);
      size = 0;
      for (int child = nodes.firstChild[node];
          child != DirectoryNodes.NONE;
          child = nodes.nextSibling[child]) {
        put(nodes.inode[child], child);
      }
    }

    int get(long inode) {
      return values[slotOf(inode)];
    }

    void put(long inode, int child) {
      int slot = slotOf(inode);
      if (values[slot] == DirectoryNodes.NONE) {
        size++;
      }
      keys[slot] = inode;
      values[slot] = child;
      if (2 * size > keys.length) {
        grow();
      }
    }

    private int slotOf(long inode) {
      int mask = keys.length - 1;
      int slot = (int) ((inode * SPREAD) >>> 32) & mask;
      while (values[slot] != DirectoryNodes.NONE && keys[slot] != inode) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      long[] oldKeys = keys;
      int[] oldValues = values;
      keys = new long[2 * oldKeys.length];
      values = new int[keys.length];
      Arrays.fill(values, DirectoryNodes.NONE);
      for (int slot = 0; slot < oldKeys.length; slot++) {
        if (oldValues[slot] != DirectoryNodes.NONE) {
          int to = slotOf(oldKeys[slot]);
          keys[to] = oldKeys[slot];
          values[to] = oldValues[slot];
        }
      }
    }
  }
}
