package io.bilgewatch.overlay;

import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.Xattrs;

/**
 * Reads overlayfs's marks (overlayfs.rst of the kernel's documentation), with the prefix {@code
 * trusted.overlay.} or {@code user.overlay.}:
 *
 * <ul>
 *   <li>{@code origin}: where in the image the file or directory was copied up from. Not set on a
 *       copy of a file that has several names in the image (without {@code index=on})
 *   <li>{@code impure=y}: the directory holds entries with an origin; where it is missing, every
 *       entry is new
 *   <li>{@code opaque=y}: the directory hides the image's directory of the same name
 * </ul>
 *
 * Whiteouts that are attributes of empty files (Linux 6.7) are not looked for: they are meant for
 * lower layers, overlayfs makes none in an upperdir, and no container can.
 */
final class OverlayMarks {
  /** What {@link #ofDirectory} found, as bits. */
  static final int IMPURE = 1;

  static final int MERGED = 2;
  static final int ALL = IMPURE | MERGED;

  private final Xattrs xattrs;
  private final Xattrs.Name origin;
  private final Xattrs.Name impure;
  private final Xattrs.Name opaque;
  private int failure;

  OverlayMarks(Xattrs xattrs, String prefix) {
    this.xattrs = xattrs;
    origin = new Xattrs.Name(prefix + "origin");
    impure = new Xattrs.Name(prefix + "impure");
    opaque = new Xattrs.Name(prefix + "opaque");
  }

  /**
   * @param mayBeMerged whether the directory's parent is impure; else it can't have an origin
   */
  int ofDirectory(int fd, boolean mayBeMerged) {
    int marks = isSet(xattrs.ofDescriptor(fd, impure)) ? IMPURE : 0;
    boolean merged = mayBeMerged && isSet(xattrs.ofDescriptor(fd, origin)) && !isOpaque(fd);
    return marks | (merged ? MERGED : 0);
  }

  private boolean isOpaque(int fd) {
    return xattrs.ofDescriptor(fd, opaque) == 1 && xattrs.firstByte() == 'y';
  }

  /** Whether the directory's current entry came from the image. */
  boolean hasOrigin(Directory directory) {
    return isSet(xattrs.ofEntry(directory, origin));
  }

  private boolean isSet(int lengthOrErrno) {
    if (lengthOrErrno >= 0) {
      return true;
    }
    int errno = -lengthOrErrno;
    if (errno != Errno.ENODATA && errno != Errno.EOPNOTSUPP && !Shortfall.isGone(errno)) {
      failure = errno;
    }
    return false;
  }

  /** The last errno that left a mark unknown, or 0; forgotten by asking. */
  int takeFailure() {
    int errno = failure;
    failure = 0;
    return errno;
  }
}
