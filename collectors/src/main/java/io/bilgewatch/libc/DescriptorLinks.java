package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The links of {@code /proc/<pid>/fd}, one for each open descriptor (proc_pid_fd(5)):
 *
 * <pre>
 * 3 -> /var/log/app.log (deleted)
 * 4 -> socket:[12345]
 * </pre>
 *
 * <p>To read a link asks the kernel's memory alone; to follow it asks the file system. Not for
 * several threads.
 */
public final class DescriptorLinks implements AutoCloseable {
  private static final byte[] DELETED = " (deleted)".getBytes(StandardCharsets.US_ASCII);

  /** The kernel shows no longer path than a page, and says ENAMETOOLONG then. */
  private static final int TARGET_BYTES = 4096;

  private static final int ENAMETOOLONG = 36;

  private final DirectoryOpener opener = new DirectoryOpener();
  private final Directory directory = new Directory();
  private final Memory target = new Memory(TARGET_BYTES);
  private final Statx statx = new Statx();

  /** Goes to another {@code /proc/<pid>/fd}. */
  public void open(KernelPath path) throws ErrnoException {
    directory.adopt(opener.open(path));
  }

  /** Closes it: a process that is not looked at is not held. */
  public void leave() {
    directory.closeDescriptor();
  }

  /** Steps to the next descriptor; false at the end. */
  public boolean advance() throws ErrnoException {
    int answer = directory.advance();
    if (answer < 0) {
      throw new ErrnoException("getdents64", "fd", -answer);
    }
    return answer > 0;
  }

  /** The descriptor's number, as the link is called. */
  public String name() {
    byte[] name = new byte[directory.nameLength()];
    directory.copyName(name, 0, name.length);
    return new String(name, StandardCharsets.US_ASCII);
  }

  /**
   * Whether what is open may have been deleted: a name can end so by itself, and a path that is too
   * long to be shown can end in anything.
   *
   * @throws ErrnoException ENOENT where it was closed meanwhile, EACCES without CAP_SYS_PTRACE
   */
  public boolean mayBeDeleted() throws ErrnoException {
    long count =
        Libc.readlinkat(
            directory.descriptor(), directory.name(), Pointer.nativeValue(target), TARGET_BYTES);
    if (count >= 0) {
      int at = (int) count - DELETED.length;
      return at >= 0 && Arrays.equals(target.getByteArray(at, DELETED.length), DELETED);
    }
    int errno = Errno.last();
    if (errno != ENAMETOOLONG) {
      throw new ErrnoException("readlink", "fd/" + name(), errno);
    }
    return true;
  }

  /** Follows the link; the answer is good until the next one. */
  public Statx stat() throws ErrnoException {
    return statx.follow(directory.descriptor(), directory.name());
  }

  @Override
  public void close() {
    directory.close();
    opener.close();
    target.close();
    statx.close();
  }
}
