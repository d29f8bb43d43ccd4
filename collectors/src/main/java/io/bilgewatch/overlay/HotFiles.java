package io.bilgewatch.overlay;

import io.bilgewatch.libc.StatxBuffer;
import java.util.Arrays;

/**
 * The files that were written to last, and what each of them counted for, so that one that grows is
 * read alone and not its whole directory. So many, however many are written to: who comes new takes
 * the place of the one that was not written to for the longest time.
 */
final class HotFiles {
  private static final int MOST = 64;

  private final int[] node = new int[MOST];
  private final byte[][] name = new byte[MOST][];
  private final long[] inode = new long[MOST];
  private final long[] allocated = new long[MOST];
  private final long[] apparent = new long[MOST];
  private final boolean[] executable = new boolean[MOST];

  /** Whether the figures are those that its directory was counted with. */
  private final boolean[] counted = new boolean[MOST];

  /** Whether it was written to since. */
  private final boolean[] written = new boolean[MOST];

  private final long[] wroteAt = new long[MOST];
  private long writes;

  HotFiles() {
    Arrays.fill(node, DirectoryNodes.NONE);
  }

  /** A file was written to; its name stands in a path. */
  void add(int directory, byte[] path, int from, int to) {
    int oldest = 0;
    for (int i = 0; i < MOST; i++) {
      if (node[i] == directory && Arrays.equals(name[i], 0, name[i].length, path, from, to)) {
        written[i] = true;
        wroteAt[i] = ++writes;
        return;
      }
      oldest = wroteAt[i] < wroteAt[oldest] ? i : oldest;
    }
    node[oldest] = directory;
    name[oldest] = Arrays.copyOfRange(path, from, to);
    counted[oldest] = false;
    written[oldest] = true;
    wroteAt[oldest] = ++writes;
  }

  /** The next file of a directory that was written to, from a place on; or -1. */
  int nextWritten(int directory, int from) {
    for (int i = from; i < MOST; i++) {
      if (node[i] == directory && written[i]) {
        return i;
      }
    }
    return -1;
  }

  byte[] name(int place) {
    return name[place];
  }

  /** Whether it can be read alone: the file is the one that was counted. */
  boolean isCounted(int place, StatxBuffer stat) {
    return counted[place]
        && stat.inode() == inode[place]
        && stat.links() == 1
        && !stat.isDirectory();
  }

  long allocatedChange(int place, StatxBuffer stat) {
    return stat.allocatedBytes() - allocated[place];
  }

  long apparentChange(int place, StatxBuffer stat) {
    return stat.size() - apparent[place];
  }

  int executableChange(int place, StatxBuffer stat) {
    return (stat.isExecutable() ? 1 : 0) - (executable[place] ? 1 : 0);
  }

  /** It was counted with these figures. */
  void count(int place, StatxBuffer stat) {
    inode[place] = stat.inode();
    allocated[place] = stat.allocatedBytes();
    apparent[place] = stat.size();
    executable[place] = stat.isExecutable();
    counted[place] = stat.links() == 1;
    written[place] = false;
  }

  /** A directory is read anew: what its files counted for counts no more. */
  void beginListing(int directory) {
    for (int i = 0; i < MOST; i++) {
      if (node[i] == directory) {
        counted[i] = false;
      }
    }
  }

  /** A listing of the directory met a file. */
  void meet(int directory, byte[] path, int length, StatxBuffer stat) {
    for (int i = 0; i < MOST; i++) {
      if (node[i] == directory && Arrays.equals(name[i], 0, name[i].length, path, 0, length)) {
        count(i, stat);
      }
    }
  }

  /** The listing is at its end: what was not met is not there. */
  void endListing(int directory) {
    for (int i = 0; i < MOST; i++) {
      if (node[i] == directory) {
        written[i] = false;
      }
    }
  }

  void forget(int directory) {
    for (int i = 0; i < MOST; i++) {
      if (node[i] == directory) {
        node[i] = DirectoryNodes.NONE;
        wroteAt[i] = 0;
      }
    }
  }
}
