package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;

/**
 * Reads kernel files that are read again and again, such as those of a cgroup, with three system
 * calls and no garbage but the bytes. The file is opened anew each time, since a descriptor that is
 * kept pins what it stands for. Not for several threads.
 *
 * <p>Most such files are one record to the kernel, which it hands out whole: a read that leaves
 * room in the buffer was the last. A mount table or a map of ids is none of them.
 */
public final class SmallFile implements AutoCloseable {
  private static final int FIRST_BUFFER = 8 << 10;
  private static final int MAX_BYTES = 1 << 20;

  private Memory memory = new Memory(FIRST_BUFFER);

  /**
   * @throws ErrnoException where opening or reading fails
   * @throws IOException where the file is larger than 1 MiB
   */
  public byte[] read(KernelPath path) throws IOException {
    return read(path, true);
  }

  /** Of a file that may come in several pieces: reads until nothing comes any more. */
  public byte[] readToEnd(KernelPath path) throws IOException {
    return read(path, false);
  }

  private byte[] read(KernelPath path, boolean inOnePiece) throws IOException {
    try (Fd fd = Fd.open(path, Fd.O_RDONLY)) {
      int length = 0;
      while (true) {
        int count = read(fd, path, length);
        length += count;
        boolean room = length < memory.size();
        if (count == 0 || (inOnePiece && room)) {
          return memory.getByteArray(0, length);
        }
        if (!room) {
          grow(path);
        }
      }
    }
  }

  /** What one read gives, at most 8 KiB: for a file whose end somebody else can put off. */
  public byte[] readBeginning(KernelPath path) throws ErrnoException {
    try (Fd fd = Fd.open(path, Fd.O_RDONLY)) {
      return memory.getByteArray(0, read(fd, path, 0));
    }
  }

  private int read(Fd fd, KernelPath path, int offset) throws ErrnoException {
    while (true) {
      long count =
          Libc.read(fd.number(), Pointer.nativeValue(memory) + offset, memory.size() - offset);
      if (count >= 0) {
        return (int) count;
      }
      int errno = Errno.last();
      if (errno != Errno.EINTR) {
        throw new ErrnoException("read", path.toString(), errno);
      }
    }
  }

  private void grow(KernelPath path) throws IOException {
    if (memory.size() >= MAX_BYTES) {
      throw new IOException(path + ": larger than " + MAX_BYTES + " bytes");
    }
    byte[] soFar = memory.getByteArray(0, (int) memory.size());
    memory.close();
    memory = new Memory(2L * soFar.length);
    memory.write(0, soFar, 0, soFar.length);
  }

  @Override
  public void close() {
    memory.close();
  }
}
