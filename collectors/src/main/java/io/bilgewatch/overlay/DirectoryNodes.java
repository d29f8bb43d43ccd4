package io.bilgewatch.overlay;

import java.util.Arrays;

/**
 * The directories of a layer as a tree in arrays: a million files in fifty thousand directories
 * must fit into a small heap. A directory takes {@value #BYTES} bytes and its name's; numbers of
 * directories that were dropped are given again.
 */
final class DirectoryNodes {
  static final int NONE = -1;
  static final int ROOT = 0;

  /** Of the arrays below, and the header and the padding of a name. */
  static final int BYTES = 120;

  private static final int FIRST = 16;
  private static final byte[] NO_NAME = {};

  int[] parent = new int[FIRST];
  int[] firstChild = new int[FIRST];
  int[] nextSibling = new int[FIRST];
  byte[][] name = new byte[FIRST][];
  long[] inode = new long[FIRST];

  /** Its ctime when it was last listed, in nanoseconds since 1970. */
  long[] changed = new long[FIRST];

  /** What is allocated below it, itself and what stands in it included. */
  long[] below = new long[FIRST];

  /** Of what stands in it and is no directory, without what has several names. */
  long[] allocated = new long[FIRST];

  long[] apparent = new long[FIRST];
  int[] inodes = new int[FIRST];
  int[] created = new int[FIRST];
  int[] modified = new int[FIRST];
  int[] deleted = new int[FIRST];
  int[] executables = new int[FIRST];

  /** What the directory itself takes. */
  long[] own = new long[FIRST];

  /** Inodes with several names that stand in it, one for each name; null where none does. */
  long[][] linked = new long[FIRST][];

  byte[] state = new byte[FIRST];
  byte[] marks = new byte[FIRST];

  private int used;
  private int free = NONE;
  private int size;

  /** How many there are. */
  int size() {
    return size;
  }

  /** One above the largest number that was given. */
  int end() {
    return used;
  }

  int add(int parentNode, byte[] newName, long newInode) {
    int node = take();
    name[node] = newName;
    inode[node] = newInode;
    state[node] = 0;
    firstChild[node] = NONE;
    parent[node] = parentNode;
    if (parentNode == NONE) {
      nextSibling[node] = NONE;
    } else {
      nextSibling[node] = firstChild[parentNode];
      firstChild[parentNode] = node;
    }
    return node;
  }

  private int take() {
    size++;
    if (free != NONE) {
      int node = free;
      free = nextSibling[node];
      return node;
    }
    if (used == parent.length) {
      grow();
    }
    return used++;
  }

  private void grow() {
    int capacity = used + Math.max(FIRST, used / 4);
    parent = Arrays.copyOf(parent, capacity);
    firstChild = Arrays.copyOf(firstChild, capacity);
    nextSibling = Arrays.copyOf(nextSibling, capacity);
    name = Arrays.copyOf(name, capacity);
    inode = Arrays.copyOf(inode, capacity);
    changed = Arrays.copyOf(changed, capacity);
    below = Arrays.copyOf(below, capacity);
    allocated = Arrays.copyOf(allocated, capacity);
    apparent = Arrays.copyOf(apparent, capacity);
    inodes = Arrays.copyOf(inodes, capacity);
    created = Arrays.copyOf(created, capacity);
    modified = Arrays.copyOf(modified, capacity);
    deleted = Arrays.copyOf(deleted, capacity);
    executables = Arrays.copyOf(executables, capacity);
    own = Arrays.copyOf(own, capacity);
    linked = Arrays.copyOf(linked, capacity);
    state = Arrays.copyOf(state, capacity);
    marks = Arrays.copyOf(marks, capacity);
  }

  /** Takes a child out of its parent's list; the one before it is known, or NONE. */
  void unlink(int node, int before) {
    if (before == NONE) {
      firstChild[parent[node]] = nextSibling[node];
    } else {
      nextSibling[before] = nextSibling[node];
    }
  }

  /** Gives the number of a directory without children back, all its figures zero. */
  void release(int node) {
    changed[node] = 0;
    below[node] = 0;
    allocated[node] = 0;
    apparent[node] = 0;
    inodes[node] = 0;
    created[node] = 0;
    modified[node] = 0;
    deleted[node] = 0;
    executables[node] = 0;
    own[node] = 0;
    linked[node] = null;
    state[node] = 0;
    marks[node] = 0;
    name[node] = NO_NAME;
    nextSibling[node] = free;
    free = node;
    size--;
  }

  /** The child of a name, or NONE. */
  int child(int node, byte[] path, int from, int to) {
    for (int child = firstChild[node]; child != NONE; child = nextSibling[child]) {
      if (Arrays.equals(name[child], 0, name[child].length, path, from, to)) {
        return child;
      }
    }
    return NONE;
  }
}
