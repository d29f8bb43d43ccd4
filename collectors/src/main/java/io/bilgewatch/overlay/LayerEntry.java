package io.bilgewatch.overlay;

/**
 * An entry of a layer that is no directory.
 *
 * @param allocatedBytes 0 where another of its names was told before
 * @param changedNanos of its ctime, in nanoseconds since 1970
 * @param uid of its owner, in the host's numbers
 */
public record LayerEntry(
    Change change,
    Type type,
    long allocatedBytes,
    long changedNanos,
    boolean executable,
    int uid,
    int gid) {

  /** What became of the image's entry of that name. */
  public enum Change {
    CREATED,
    MODIFIED,
    DELETED,
    /** One of the first two: neither the overlay's attributes nor the image can be read. */
    WRITTEN
  }

  /** What it is, by its mode (inode(7)). */
  public enum Type {
    FILE,
    SYMLINK,
    SOCKET,
    FIFO,
    DEVICE
  }
}
