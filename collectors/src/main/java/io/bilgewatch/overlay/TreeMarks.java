package io.bilgewatch.overlay;

/** What is to be done about each directory of a tree, and the way to those that want something. */
final class TreeMarks {
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
  static final int OURS = UNREAD | WHOLE | HOT;

  /** Something in it or below it is to be read soon. */
  static final int ANY_URGENT = URGENT | BELOW_URGENT;

  /** Something in it or below it is to be read or compared when its turn comes. */
  static final int ANY_OTHER = STALE | CHECK | BELOW_REST;

  private final DirectoryNodes nodes;
  private int recent;

  TreeMarks(DirectoryNodes nodes) {
    this.nodes = nodes;
  }

  /** Of what is to be done, and how it stands. */
  boolean is(int node, int flags) {
    return (nodes.state[node] & flags) != 0;
  }

  void clear(int node, int flags) {
    nodes.state[node] &= (byte) ~flags;
  }

  void set(int node, int flags) {
    nodes.state[node] |= (byte) flags;
  }

  /** Of what it is: overlayfs's marks, and those beside them. */
  boolean isMarked(int node, int mark) {
    return (nodes.marks[node] & mark) != 0;
  }

  int ofOverlay(int node) {
    return nodes.marks[node] & OverlayMarks.ALL;
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

  /** A directory is to be read again, all that stands in it. */
  void markWhole(int node) {
    nodes.marks[node] |= WHOLE;
    mark(node, URGENT);
  }

  /** A directory is to be read again, for some files alone. */
  void markHot(int node) {
    nodes.marks[node] |= HOT;
    mark(node, URGENT);
  }

  void markAll(int flag) {
    for (int node = 0; node < nodes.end(); node++) {
      nodes.state[node] |= (byte) (flag | BELOW_REST);
    }
  }

  void markRecent() {
    for (int node = 0; recent > 0 && node < nodes.end(); node++) {
      if (is(node, RECENT)) {
        markWhole(node);
      }
    }
  }

  void setRecent(int node, boolean now) {
    if (now != is(node, RECENT)) {
      recent += now ? 1 : -1;
      nodes.state[node] ^= RECENT;
    }
  }

  boolean anyRecent() {
    return recent > 0;
  }

  boolean anyUrgent() {
    return is(DirectoryNodes.ROOT, ANY_URGENT);
  }

  boolean anyOther() {
    return is(DirectoryNodes.ROOT, ANY_OTHER);
  }
}
