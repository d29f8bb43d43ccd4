package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.Directory;
import io.bilgewatch.overlay.LayerUsage.DirectoryUsage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The ten largest directories of a layer, none the ancestor of another, in memory that the tree
 * can't choose: each open level keeps the ten largest of what is already left below it. A directory
 * that is left is shown by those where they hold three quarters of it, and by itself otherwise, so
 * that a path goes as deep as it says something; levels below {@link #DEPTH} are never told apart.
 */
final class LargestDirectories {
  static final int COUNT = 10;

  /** As in {@code /var/lib/postgresql/data}. */
  static final int DEPTH = 4;

  private static final Comparator<DirectoryUsage> LARGEST_FIRST =
      Comparator.comparingLong(DirectoryUsage::allocatedBytes)
          .reversed()
          .thenComparing(DirectoryUsage::path);

  private final Pool[] below = new Pool[DEPTH + 1];
  private final int[] nameEnd = new int[DEPTH + 1];
  private final int[] at = new int[DEPTH + 1];
  private byte[] path = new byte[256];

  LargestDirectories() {
    for (int depth = 0; depth <= DEPTH; depth++) {
      below[depth] = new Pool();
    }
  }

  void start() {
    below[0].clear();
  }

  /** The same of a tree whose sums are known; what is too small to be shown is not looked into. */
  List<DirectoryUsage> of(DirectoryNodes nodes) {
    start();
    int depth = 0;
    int node = nodes.firstChild[DirectoryNodes.ROOT];
    while (depth >= 0) {
      if (node == DirectoryNodes.NONE) {
        node = at[depth];
        depth--;
        if (depth >= 0) {
          leave(depth + 1, nodes.below[node]);
          node = nodes.nextSibling[node];
        }
      } else if (below[depth].accepts(nodes.below[node])) {
        depth++;
        enter(depth, nodes.name[node]);
        at[depth] = node;
        if (depth < DEPTH) {
          node = nodes.firstChild[node];
        } else {
          node = DirectoryNodes.NONE;
        }
      } else {
        node = nodes.nextSibling[node];
      }
    }
    return result();
  }

  private void enter(int depth, byte[] name) {
    below[depth].clear();
    int from = makeRoom(depth, name.length);
    System.arraycopy(name, 0, path, from, name.length);
  }

  /** A directory at a depth of at least 1 is entered; its name is its parent's current entry. */
  void enter(int depth, Directory parent) {
    if (depth > DEPTH) {
      return;
    }
    below[depth].clear();
    int length = parent.nameLength();
    int to = makeRoom(depth, length);
    parent.copyName(path, to, length);
  }

  /** Where a name of that length goes to. */
  private int makeRoom(int depth, int length) {
    int from = nameEnd[depth - 1];
    if (from + length + 1 > path.length) {
      path = Arrays.copyOf(path, 2 * (from + length + 1));
    }
    path[from] = '/';
    nameEnd[depth] = from + 1 + length;
    return from + 1;
  }

  /** All that stands below the directory has been counted. */
  void leave(int depth, long allocatedBytes) {
    if (depth > DEPTH || depth == 0) {
      return;
    }
    Pool parent = below[depth - 1];
    if (below[depth].tellsMostOf(allocatedBytes)) {
      parent.addAll(below[depth]);
    } else if (parent.accepts(allocatedBytes)) {
      KernelPath here = KernelPath.of(path, 0, nameEnd[depth]);
      parent.add(new DirectoryUsage(here, allocatedBytes));
    }
  }

  List<DirectoryUsage> result() {
    return below[0].sorted();
  }

  /** At most ten directories, the largest of those offered. */
  private static final class Pool {
    private final List<DirectoryUsage> members = new ArrayList<>(COUNT);
    private long sum;

    void clear() {
      members.clear();
      sum = 0;
    }

    boolean accepts(long bytes) {
      return bytes > 0
          && (members.size() < COUNT || bytes > members.get(smallest()).allocatedBytes());
    }

    void add(DirectoryUsage directory) {
      if (members.size() == COUNT) {
        sum -= members.remove(smallest()).allocatedBytes();
      }
      members.add(directory);
      sum += directory.allocatedBytes();
    }

    void addAll(Pool other) {
      for (DirectoryUsage directory : other.members) {
        if (accepts(directory.allocatedBytes())) {
          add(directory);
        }
      }
    }

    boolean tellsMostOf(long bytes) {
      return !members.isEmpty() && sum >= bytes - bytes / 4;
    }

    List<DirectoryUsage> sorted() {
      return members.stream().sorted(LARGEST_FIRST).toList();
    }

    private int smallest() {
      int smallest = 0;
      for (int i = 1; i < members.size(); i++) {
        if (members.get(i).allocatedBytes() < members.get(smallest).allocatedBytes()) {
          smallest = i;
        }
      }
      return smallest;
    }
  }
}
