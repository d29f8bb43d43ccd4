package io.bilgewatch.overlay;

import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.libc.WorkingDirectory;
import java.util.Arrays;

/**
 * The directories from the upperdir to where the walk stands. Only the deepest {@value #OPEN} are
 * open, each with what is left of its buffer. A level further up is opened again through {@code ..}
 * when the walk comes back to it, and only if that is the same inode as before: a container that
 * moves directories about can make a walk fail, but not leave the layer.
 */
final class Levels implements AutoCloseable {
  static final int OPEN = 32;
  private static final int NONE = -1;

  /**
   * With some ten entries ahead it pays to make a directory the working directory, for which their
   * names are looked up sooner.
   */
  private static final int MANY_BYTES = 320;

  private final DirectoryOpener opener;
  private final StatxBuffer stat;
  private final WorkingDirectory workingDirectory = new WorkingDirectory();
  private final Directory[] ring = new Directory[OPEN];
  private final int[] holds = new int[OPEN];
  private long[] inode = new long[OPEN];
  private long[] resumeAt = new long[OPEN];
  private long[] bytes = new long[OPEN];
  private byte[] marks = new byte[OPEN];
  private long device;
  private int depth = NONE;

  /** What names are looked up from in the current directory; {@code NONE} until that is asked. */
  private int lookup = NONE;

  Levels(DirectoryOpener opener, StatxBuffer stat) {
    this.opener = opener;
    this.stat = stat;
    Arrays.fill(holds, NONE);
  }

  /** 0 at the upperdir, -1 where the walk is at its end. */
  int depth() {
    return depth;
  }

  Directory current() {
    return ring[depth % OPEN];
  }

  /** What the names of the current directory's entries are looked up from. */
  int lookup() {
    if (lookup == NONE) {
      Directory directory = current();
      if (directory.ahead() < MANY_BYTES) {
        return directory.descriptor();
      }
      lookup = workingDirectory.enter(directory.descriptor());
    }
    return lookup;
  }

  /** Marks of the current directory, as {@link OverlayMarks#ofDirectory} has them. */
  boolean isMarked(int mark) {
    return (marks[depth] & mark) != 0;
  }

  /** On the file system of the upperdir. */
  boolean isOnDevice(long other) {
    return device == other;
  }

  void start(int fd, long rootDevice, long rootInode, int rootMarks) {
    device = rootDevice;
    push(fd, rootInode, rootMarks);
  }

  /** Goes down into the current entry, which is open; takes the descriptor over. */
  void enter(int fd, long entryInode, int entryMarks) {
    resumeAt[depth] = current().resumeAt();
    push(fd, entryInode, entryMarks);
  }

  private void push(int fd, long newInode, int newMarks) {
    depth++;
    if (depth == inode.length) {
      grow();
    }
    inode[depth] = newInode;
    marks[depth] = (byte) newMarks;
    bytes[depth] = 0;
    hold(fd);
  }

  private void grow() {
    int capacity = 2 * inode.length;
    inode = Arrays.copyOf(inode, capacity);
    resumeAt = Arrays.copyOf(resumeAt, capacity);
    bytes = Arrays.copyOf(bytes, capacity);
    marks = Arrays.copyOf(marks, capacity);
  }

  private void hold(int fd) {
    int slot = depth % OPEN;
    if (ring[slot] == null) {
      ring[slot] = new Directory();
    }
    ring[slot].adopt(fd);
    holds[slot] = depth;
    lookup = NONE;
  }

  void addBytes(long allocated) {
    bytes[depth] += allocated;
  }

  /** What was added to the current directory and to all that was left below it. */
  long bytes() {
    return bytes[depth];
  }

  /** Goes up; the reason why that can't be, or null. */
  Shortfall leave() {
    Directory left = current();
    lookup = NONE;
    holds[depth % OPEN] = NONE;
    depth--;
    if (depth >= 0) {
      bytes[depth] += bytes[depth + 1];
      if (holds[depth % OPEN] != depth) {
        return reopen(left);
      }
    }
    left.closeDescriptor();
    return null;
  }

  private Shortfall reopen(Directory child) {
    int fd = opener.openParent(child.descriptor());
    child.closeDescriptor();
    if (fd < 0) {
      return Shortfall.isGone(-fd) ? Shortfall.MOVED : Shortfall.of(-fd);
    }
    if (!isWhereItWas(fd)) {
      opener.release(fd);
      return Shortfall.MOVED;
    }
    hold(fd);
    int errno = current().seek(resumeAt[depth]);
    return errno == 0 ? null : Shortfall.of(errno);
  }

  private boolean isWhereItWas(int fd) {
    return stat.descriptor(fd) == 0 && stat.inode() == inode[depth] && isOnDevice(stat.device());
  }

  /** Closes what is open and keeps the buffers for the next walk. */
  void abandon() {
    workingDirectory.leave();
    for (Directory directory : ring) {
      if (directory != null) {
        directory.closeDescriptor();
      }
    }
    Arrays.fill(holds, NONE);
    depth = NONE;
  }

  @Override
  public void close() {
    for (Directory directory : ring) {
      if (directory != null) {
        directory.close();
      }
    }
  }
}
