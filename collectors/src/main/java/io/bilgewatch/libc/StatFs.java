package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * fstatfs(2) of a descriptor into a buffer that is used again by the next {@link #of}; not for
 * several threads. {@code struct statfs} is the same on x86_64 and arm64: 120 bytes, words of 64
 * bits.
 */
public final class StatFs implements AutoCloseable {
  public static final long TMPFS_MAGIC = 0x01021994;
  public static final long OVERLAYFS_MAGIC = 0x794c7630;
  public static final long PROC_SUPER_MAGIC = 0x9fa0;

  static final int SIZE = 120;
  static final int TYPE = 0;
  static final int BSIZE = 8;
  static final int BLOCKS = 16;
  static final int BFREE = 24;
  static final int BAVAIL = 32;
  static final int FILES = 40;
  static final int FFREE = 48;
  static final int FSID = 56;
  static final int FRSIZE = 72;

  private final Memory memory = new Memory(SIZE);
  private final ByteBuffer buffer = memory.getByteBuffer(0, SIZE).order(ByteOrder.nativeOrder());
  private final long address = Pointer.nativeValue(memory);

  public StatFs() {
    memory.clear();
  }

  /** Fills this buffer from an open descriptor, also one that was opened with O_PATH. */
  public StatFs of(Fd fd) throws ErrnoException {
    if (Libc.fstatfs(fd.number(), address) != 0) {
      throw new ErrnoException("fstatfs", "fd " + fd.number(), Errno.last());
    }
    return this;
  }

  /** The file system's magic number (statfs(2) lists them). */
  public long type() {
    return buffer.getLong(TYPE);
  }

  /**
   * {@code f_fsid}: of a tmpfs a part of the random number that the kernel gives each file system
   * when it is made, since Linux 5.13; 0 before, and where a kind of file system has none.
   */
  public long fileSystemId() {
    return buffer.getLong(FSID);
  }

  public long sizeBytes() {
    return buffer.getLong(BLOCKS) * unit();
  }

  public long freeBytes() {
    return buffer.getLong(BFREE) * unit();
  }

  /** What an unprivileged writer still gets. */
  public long availableBytes() {
    return buffer.getLong(BAVAIL) * unit();
  }

  /** 0 where the file system does not count them. */
  public long inodes() {
    return buffer.getLong(FILES);
  }

  public long inodesFree() {
    return buffer.getLong(FFREE);
  }

  /** Blocks are counted in fragments, whose size very old file systems leave 0. */
  private long unit() {
    long fragment = buffer.getLong(FRSIZE);
    return fragment != 0 ? fragment : buffer.getLong(BSIZE);
  }

  @Override
  public void close() {
    memory.close();
  }
}
