package io.bilgewatch.libc;

/**
 * A working directory of one thread's own (unshare(2) with CLONE_FS, which takes no capability),
 * for many names that are looked up in one directory. Where a process has several threads, each
 * lookup by a descriptor counts that descriptor's references up and down, which is a twentieth of
 * statx(2); the working directory is there without.
 *
 * <p>A thread that the owner starts is where the owner is, until it has left.
 *
 * <p>A virtual thread has none, since it may go on in another thread; nor has one whose system call
 * filter refuses. Descriptors serve them.
 */
public final class WorkingDirectory {
  private static final int CLONE_FS = 0x200;
  private static final byte[] HERE = {'.', 0};

  private Thread owner;

  /** Where the owner was before, or -1 where it has no working directory of its own. */
  private int before = -1;

  /**
   * Makes an open directory the calling thread's working directory, until {@link #leave}.
   *
   * @return what its names are looked up from: {@code AT_FDCWD}, or the descriptor where the thread
   *     can't have a working directory of its own
   */
  public int enter(int directory) {
    if (!owner().equals(Thread.currentThread())) {
      throw new IllegalStateException("working directory of another thread");
    }
    return before >= 0 && Libc.fchdir(directory) == 0 ? Libc.AT_FDCWD : directory;
  }

  private Thread owner() {
    if (owner == null) {
      owner = Thread.currentThread();
      if (!owner.isVirtual() && Libc.unshare(CLONE_FS) == 0) {
        before = Libc.openat(Libc.AT_FDCWD, HERE, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
      }
    }
    return owner;
  }

  /** Goes back to where the thread was, if it was moved at all, and holds nothing any more. */
  public void leave() {
    if (before >= 0) {
      Libc.fchdir(before);
      Libc.close(before);
    }
    before = -1;
    owner = null;
  }
}
