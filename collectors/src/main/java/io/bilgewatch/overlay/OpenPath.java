package io.bilgewatch.overlay;

import io.bilgewatch.libc.DirectoryOpener;
import java.util.Arrays;

/**
 * The way from the upperdir down to where a scan is: a node and an open directory for each level,
 * of which only the deepest {@value #OPEN} are kept open. One that was closed on the way down is
 * opened again, from below, on the way up. Not for several threads.
 */
final class OpenPath implements AutoCloseable {
  private static final int OPEN = 32;
  private static final int NONE = DirectoryNodes.NONE;

  private final DirectoryOpener opener;

  /** Each in the slot of its level modulo their number. */
  private final int[] open = new int[OPEN];

  private int[] nodes = new int[OPEN];
  private int depth = NONE;

  /** Whether an open directory is the one of a node. */
  interface Check {
    boolean isTheOne(int fd, int node);
  }

  OpenPath(DirectoryOpener opener) {
    this.opener = opener;
    Arrays.fill(open, NONE);
  }

  /** The level of the deepest, that of the upperdir being 0; less than 0 where there is none. */
  int depth() {
    return depth;
  }

  /** The deepest node. */
  int node() {
    return nodes[depth];
  }

  int node(int level) {
    return nodes[level];
  }

  /** The deepest directory. */
  int fd() {
    return open[depth % OPEN];
  }

  /** One level further down; takes the descriptor over. */
  void push(int node, int fd) {
    depth++;
    if (depth == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * depth);
    }
    nodes[depth] = node;
    int slot = depth % OPEN;
    if (open[slot] != NONE) {
      opener.release(open[slot]);
    }
    open[slot] = fd;
  }

  /** Goes up; false where that can't be, since the directory was moved. */
  boolean leave(Check check) {
    int fd = fd();
    open[depth % OPEN] = NONE;
    depth--;
    if (depth < 0 || fd() != NONE) {
      opener.release(fd);
      return true;
    }
    int up = opener.openParent(fd);
    opener.release(fd);
    if (up < 0) {
      return false;
    }
    if (!check.isTheOne(up, node())) {
      opener.release(up);
      return false;
    }
    open[depth % OPEN] = up;
    return true;
  }

  /** There is no way any more. */
  @Override
  public void close() {
    depth = NONE;
    for (int slot = 0; slot < OPEN; slot++) {
      if (open[slot] != NONE) {
        opener.release(open[slot]);
        open[slot] = NONE;
      }
    }
  }
}
