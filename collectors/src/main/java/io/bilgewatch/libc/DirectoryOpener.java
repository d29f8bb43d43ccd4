package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;

/**
 * Opens directories, and only directories, without following a symbolic link in the last component,
 * without waiting, and where the kernel permits it without touching the access time.
 */
public sealed class DirectoryOpener implements AutoCloseable permits MountOpener {
  private static final int FLAGS =
      Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK | Fd.O_CLOEXEC;

  private final Memory dotDot = new Memory(4);
  private final Memory dot = new Memory(2);
  private boolean mayKeepAccessTime = true;

  public DirectoryOpener() {
    dotDot.setString(0, "..");
    dot.setString(0, ".");
  }

  /** open(2) of a path whose parents this process trusts; the caller owns the descriptor. */
  public int open(KernelPath path) throws ErrnoException {
    try (Memory name = new Memory(path.length() + 1L)) {
      name.write(0, path.terminated(), 0, path.length() + 1);
      int fd = openHere(Libc.AT_FDCWD, Pointer.nativeValue(name));
      if (fd < 0) {
        throw new ErrnoException("open", path.toString(), -fd);
      }
      return fd;
    }
  }

  /**
   * @param name address of a NUL-terminated name
   * @return a descriptor that the caller owns, or the negated errno: ENOTDIR (ELOOP on some
   *     kernels) for what is no directory
   */
  public int open(int directory, long name) {
    return openHere(directory, name);
  }

  /** Whether what stands on another mount is told apart, so that no device has to. */
  public boolean tellsMounts() {
    return false;
  }

  private int openHere(int directory, long name) {
    if (mayKeepAccessTime) {
      int fd = Libc.openat(directory, name, FLAGS | Fd.O_NOATIME);
      if (fd >= 0) {
        return fd;
      }
      int errno = Errno.last();
      if (errno != Errno.EPERM) {
        return -errno;
      }
      // Neither owner nor CAP_FOWNER: asking again for every directory would double the calls.
      mayKeepAccessTime = false;
    }
    int fd = Libc.openat(directory, name, FLAGS);
    return fd >= 0 ? fd : -Errno.last();
  }

  /** The same directory, to be read: of a descriptor that O_PATH gave. */
  public int openAgain(Fd directory) throws ErrnoException {
    int fd = openAgain(directory.number());
    if (fd < 0) {
      throw new ErrnoException("open", "directory", -fd);
    }
    return fd;
  }

  /** As above, of a descriptor's number; a descriptor, or the negated errno. */
  final int openAgain(int directory) {
    return openHere(directory, Pointer.nativeValue(dot));
  }

  /** What {@code ..} is now; the caller must check that it is where it came from. */
  public int openParent(int directory) {
    return openHere(directory, Pointer.nativeValue(dotDot));
  }

  /** close(2) of a descriptor that {@link #open} gave. */
  public void release(int descriptor) {
    Libc.close(descriptor);
  }

  @Override
  public void close() {
    dotDot.close();
    dot.close();
  }
}
