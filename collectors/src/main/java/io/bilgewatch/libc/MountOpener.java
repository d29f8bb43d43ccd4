package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Opens no directory that something is mounted on (EXDEV), also where that is of the same file
 * system, without asking what is mounted there, which may hang; nor does it have anything mounted
 * (autofs(5)). That takes openat2(2), with O_PATH: where there is none, it opens whatever is there.
 */
public final class MountOpener extends DirectoryOpener {
  private final Memory how = new Memory(OpenHow.SIZE);
  private boolean tellsMounts = true;

  public MountOpener() {
    how.setLong(OpenHow.FLAGS, Fd.O_PATH | Fd.O_NOFOLLOW | Fd.O_CLOEXEC);
    how.setLong(OpenHow.MODE, 0);
    how.setLong(
        OpenHow.RESOLVE,
        OpenHow.RESOLVE_NO_XDEV | OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_SYMLINKS);
  }

  @Override
  public int open(int directory, long name) {
    if (!tellsMounts) {
      return super.open(directory, name);
    }
    int path =
        (int)
            Libc.syscall(
                OpenHow.SYS_OPENAT2, directory, name, Pointer.nativeValue(how), OpenHow.SIZE, 0);
    if (path >= 0) {
      int fd = openAgain(path);
      Libc.close(path);
      return fd;
    }
    int errno = Errno.last();
    // Old system call filters answer EPERM for a call they don't know.
    if (errno != Errno.ENOSYS && errno != Errno.EPERM) {
      return -errno;
    }
    tellsMounts = false;
    return super.open(directory, name);
  }

  @Override
  public boolean tellsMounts() {
    return tellsMounts;
  }

  @Override
  public void close() {
    super.close();
    how.close();
  }
}
