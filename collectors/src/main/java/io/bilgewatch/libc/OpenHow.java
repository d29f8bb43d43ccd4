package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Opens a path below a directory that an adversary may change at any time, without ever leaving it:
 * openat2(2), Linux 5.6. {@code struct open_how} is three 64-bit words: flags, mode, resolve.
 *
 * <p>Where the kernel (or a system call filter) does not have openat2, the path is walked one
 * component at a time, and no component may be a symbolic link.
 */
public final class OpenHow {
  static final int SIZE = 24;
  static final int FLAGS = 0;
  static final int MODE = 8;
  static final int RESOLVE = 16;

  static final long RESOLVE_NO_XDEV = 0x01;
  static final long RESOLVE_NO_MAGICLINKS = 0x02;
  static final long RESOLVE_NO_SYMLINKS = 0x04;
  static final long RESOLVE_BENEATH = 0x08;
  static final long RESOLVE_IN_ROOT = 0x10;

  /** The same number on every architecture. */
  static final long SYS_OPENAT2 = 437;

  private OpenHow() {}

  /**
   * A descriptor (O_PATH) of what is at the path within the root; symbolic links are an error
   * (ELOOP) wherever they stand in it.
   *
   * @throws ErrnoException with ELOOP or ENOTDIR for a link, ENOENT for what is not there
   */
  public static Fd withoutLinks(Fd root, KernelPath path) throws ErrnoException {
    try (LinkFreeOpener opener = new LinkFreeOpener()) {
      return opener.open(root, path);
    }
  }

  /** As above, in memory that is used again and again. */
  static Fd withoutLinks(Fd root, KernelPath path, Memory memory) throws ErrnoException {
    long resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
    int fd = openat2(root, path.terminated(), Fd.O_PATH | Fd.O_NOFOLLOW, resolve, memory);
    if (fd >= 0) {
      return Fd.owning(fd);
    }
    int errno = Errno.last();
    // Old system call filters answer EPERM for a call they don't know.
    if (errno == Errno.ENOSYS || errno == Errno.EPERM) {
      return walk(root, path);
    }
    throw new ErrnoException("openat2", path.toString(), errno);
  }

  /**
   * A descriptor of what is at the path; absolute symbolic links and {@code ..} are taken within
   * the root, as chroot(2) would. Without openat2, links are taken as this process sees them.
   */
  public static Fd inRoot(Fd root, KernelPath path, int flags) throws ErrnoException {
    int fd = openat2(root, path, flags, RESOLVE_IN_ROOT);
    if (fd >= 0) {
      return Fd.owning(fd);
    }
    int errno = Errno.last();
    if (errno == Errno.ENOSYS || errno == Errno.EPERM) {
      return root.openat(relative(path), flags);
    }
    throw new ErrnoException("openat2", path.toString(), errno);
  }

  /** As {@link #withoutLinks}, for kernels before 5.6. */
  static Fd walk(Fd root, KernelPath path) throws ErrnoException {
    Deque<KernelPath> names = components(path);
    Fd here = root.openat(KernelPath.of("."), Fd.O_PATH | Fd.O_DIRECTORY);
    while (!names.isEmpty()) {
      KernelPath name = names.pop();
      int directory = names.isEmpty() ? 0 : Fd.O_DIRECTORY;
      try (Fd parent = here) {
        here = parent.openat(name, Fd.O_PATH | Fd.O_NOFOLLOW | directory);
      }
    }
    return here;
  }

  private static Deque<KernelPath> components(KernelPath path) throws ErrnoException {
    Deque<KernelPath> names = new ArrayDeque<>();
    byte[] bytes = path.bytes();
    int from = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        if (i - from == 2 && bytes[from] == '.' && bytes[from + 1] == '.') {
          throw new ErrnoException("walk", path.toString(), Errno.EXDEV);
        }
        if (i > from) {
          names.add(KernelPath.of(bytes, from, i));
        }
        from = i + 1;
      }
    }
    return names;
  }

  private static KernelPath relative(KernelPath path) {
    int from = 0;
    while (from < path.length() && path.at(from) == '/') {
      from++;
    }
    return from == path.length()
        ? KernelPath.of(".")
        : KernelPath.of(path.bytes(), from, path.length());
  }

  private static int openat2(Fd directory, KernelPath path, long flags, long resolve) {
    byte[] text = path.terminated();
    try (Memory memory = new Memory(SIZE + text.length)) {
      return openat2(directory, text, flags, resolve, memory);
    }
  }

  /**
   * @param memory with room for the structure and behind it the path
   */
  private static int openat2(Fd directory, byte[] text, long flags, long resolve, Memory memory) {
    memory.setLong(FLAGS, flags | Fd.O_CLOEXEC);
    memory.setLong(MODE, 0);
    memory.setLong(RESOLVE, resolve);
    memory.write(SIZE, text, 0, text.length);
    long how = Pointer.nativeValue(memory);
    return (int) Libc.syscall(SYS_OPENAT2, directory.number(), how + SIZE, how, SIZE, 0);
  }
}
