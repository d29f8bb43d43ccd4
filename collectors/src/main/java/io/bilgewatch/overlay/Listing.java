package io.bilgewatch.overlay;

import io.bilgewatch.libc.StatxBuffer;
import java.util.Arrays;

/**
 * The sums of a directory that is being read, entry by entry, perhaps in several turns: nothing of
 * it counts before it is read to the end.
 */
final class Listing {
  private static final int FIRST = 16;

  int node = DirectoryNodes.NONE;

  /** Where the reading goes on, for lseek(2). */
  long resumeAt;

  /** The directory's ctime when the reading began. */
  long changed;

  boolean recent;
  long allocated;
  long apparent;
  int inodes;
  int created;
  int modified;
  int deleted;
  int executables;
  int linkCount;
  long[] linkInode = new long[FIRST];
  long[] linkAllocated = new long[FIRST];
  long[] linkApparent = new long[FIRST];
  int[] linkLinks = new int[FIRST];

  void start(int ofNode, long ctime, boolean changedJustNow) {
    node = ofNode;
    resumeAt = 0;
    changed = ctime;
    recent = changedJustNow;
    allocated = 0;
    apparent = 0;
    inodes = 0;
    created = 0;
    modified = 0;
    deleted = 0;
    executables = 0;
    linkCount = 0;
  }

  boolean isOf(int other) {
    return node == other;
  }

  void abandon() {
    node = DirectoryNodes.NONE;
    if (linkInode.length > FIRST) {
      linkInode = new long[FIRST];
      linkAllocated = new long[FIRST];
      linkApparent = new long[FIRST];
      linkLinks = new int[FIRST];
    }
  }

  void forget(int other) {
    if (node == other) {
      abandon();
    }
  }

  /** Counts what is no directory. */
  void count(StatxBuffer stat, boolean ofTheImage) {
    if (stat.links() > 1) {
      addLink(stat);
    } else {
      inodes++;
      allocated += stat.allocatedBytes();
      apparent += stat.size();
    }
    if (stat.isWhiteoutDevice()) {
      deleted++;
      return;
    }
    if (ofTheImage) {
      modified++;
    } else {
      created++;
    }
    if (stat.isExecutable()) {
      executables++;
    }
  }

  private void addLink(StatxBuffer stat) {
    if (linkCount == linkInode.length) {
      int capacity = 2 * linkCount;
      linkInode = Arrays.copyOf(linkInode, capacity);
      linkAllocated = Arrays.copyOf(linkAllocated, capacity);
      linkApparent = Arrays.copyOf(linkApparent, capacity);
      linkLinks = Arrays.copyOf(linkLinks, capacity);
    }
    linkInode[linkCount] = stat.inode();
    linkAllocated[linkCount] = stat.allocatedBytes();
    linkApparent[linkCount] = stat.size();
    // Overlayfs has further names of a whiteout's inode in its workdir.
    linkLinks[linkCount] = stat.isWhiteoutDevice() ? 0 : stat.links();
    linkCount++;
  }

  /** Sorted, one for each name; null where there is none. */
  long[] linkedInodes() {
    if (linkCount == 0) {
      return null;
    }
    long[] sorted = Arrays.copyOf(linkInode, linkCount);
    Arrays.sort(sorted);
    return sorted;
  }

  static boolean contains(long[] sorted, long inode) {
    return sorted != null && Arrays.binarySearch(sorted, inode) >= 0;
  }
}
