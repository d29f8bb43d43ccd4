package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What the kernel calls an open file: the link in {@code /proc/self/fd}, as raw bytes (proc_pid_fd
 * (5)). Of a file in another mount namespace, the path within that. Not for several threads.
 */
public final class DescriptorPath implements AutoCloseable {
  /** The kernel makes none that is longer than PATH_MAX. */
  private static final int MOST_BYTES = 4096;

  private final byte[] folder;
  private final Memory link;
  private final Memory path = new Memory(MOST_BYTES);

  /**
   * @param descriptors this process's own {@code /proc/self/fd}
   */
  public DescriptorPath(Path descriptors) {
    folder = (descriptors + "/").getBytes(StandardCharsets.UTF_8);
    link = new Memory(folder.length + 12L);
    link.write(0, folder, 0, folder.length);
  }

  /**
   * @throws ErrnoException ENAMETOOLONG for a path that is longer than 4,095 bytes
   */
  public KernelPath of(Fd fd) throws ErrnoException {
    link.setString(folder.length, Integer.toString(fd.number()));
    long length =
        Libc.readlinkat(
            Libc.AT_FDCWD, Pointer.nativeValue(link), Pointer.nativeValue(path), MOST_BYTES);
    if (length < 0) {
      throw new ErrnoException("readlink", "fd " + fd.number(), Errno.last());
    }
    if (length == MOST_BYTES) {
      throw new ErrnoException("readlink", "fd " + fd.number(), Errno.ENAMETOOLONG);
    }
    return KernelPath.of(path.getByteArray(0, (int) length));
  }

  @Override
  public void close() {
    link.close();
    path.close();
  }
}
