package io.bilgewatch.libc;

import io.bilgewatch.kernel.KernelPath;
import java.nio.file.Path;

/**
 * An open file descriptor, closed with its scope. Never kept where it is of a container: a
 * descriptor below a container's root pins its overlay and breaks the container's next start.
 */
public final class Fd implements AutoCloseable {
  /** Flags of open(2) with the same value on x86_64 and arm64. */
  public static final int O_RDONLY = 0;

  public static final int O_RDWR = 2;
  public static final int O_NOCTTY = 0x100;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;
  public static final int O_NOATIME = 0x40000;

  /** Flags of open(2) that arm64 numbers differently. */
  public static final int O_DIRECTORY = Machine.ARM64 ? 0x4000 : 0x10000;

  public static final int O_NOFOLLOW = Machine.ARM64 ? 0x8000 : 0x20000;

  private final int number;
  private boolean open = true;

  private Fd(int number) {
    this.number = number;
  }

  /** Takes ownership of a number that a system call returned. */
  static Fd owning(int number) {
    return new Fd(number);
  }

  /** open(2) of a path that this process trusts. */
  public static Fd open(Path path, int flags) throws ErrnoException {
    return openat(Libc.AT_FDCWD, KernelPath.of(path.toString()), flags);
  }

  /** open(2) of a path of raw bytes that this process trusts. */
  public static Fd open(KernelPath path, int flags) throws ErrnoException {
    return openat(Libc.AT_FDCWD, path, flags);
  }

  /** openat(2); O_CLOEXEC is added. */
  public Fd openat(KernelPath path, int flags) throws ErrnoException {
    return openat(number, path, flags);
  }

  private static Fd openat(int directory, KernelPath path, int flags) throws ErrnoException {
    int fd = Libc.openat(directory, path.terminated(), flags | O_CLOEXEC);
    if (fd < 0) {
      throw new ErrnoException("open", path.toString(), Errno.last());
    }
    return new Fd(fd);
  }

  /** The number, for a system call that does not outlive this object. */
  public int number() {
    if (!open) {
      throw new IllegalStateException("fd " + number + " is closed");
    }
    return number;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      Libc.close(number);
    }
  }
}
