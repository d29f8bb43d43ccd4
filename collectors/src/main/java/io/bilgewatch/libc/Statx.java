package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * statx(2) of a descriptor into a buffer that is used again by the next {@link #of}; not for
 * several threads. {@code struct statx} has one layout on every architecture.
 */
public final class Statx implements AutoCloseable {
  static final int SIZE = 256;
  static final int MASK = 0;
  static final int NLINK = 16;
  static final int UID = 20;
  static final int GID = 24;
  static final int MODE = 28;
  static final int INO = 32;
  static final int FILE_SIZE = 40;
  static final int BLOCKS = 48;
  static final int BTIME = 80;
  static final int CTIME = 96;
  static final int MTIME = 112;
  static final int DEV_MAJOR = 136;
  static final int DEV_MINOR = 140;
  static final int MNT_ID = 144;

  /** Offset of the nanoseconds within a {@code struct statx_timestamp}. */
  static final int NANOSECONDS = 8;

  static final int STATX_BASIC_STATS = 0x7ff;
  static final int STATX_BTIME = 0x800;
  static final int STATX_MNT_ID = 0x1000;
  static final int AT_EMPTY_PATH = 0x1000;

  private static final long NANOS_A_SECOND = 1_000_000_000L;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int USUAL_PATH = 256;

  private static final int S_IFMT = 0xf000;
  private static final int S_IFDIR = 0x4000;
  private static final int S_IFREG = 0x8000;
  private static final long BLOCK_BYTES = 512;

  /** The structure, and behind it the empty path. */
  private final Memory memory = new Memory(SIZE + 1);

  private final long address = Pointer.nativeValue(memory);

  /** For paths, where any were asked for. */
  private Memory name;

  public Statx() {
    memory.clear();
  }

  /** Fills this buffer from an open descriptor, also one that was opened with O_PATH. */
  public Statx of(Fd fd) throws ErrnoException {
    int mask = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
    if (Libc.statx(fd.number(), address + SIZE, AT_EMPTY_PATH, mask, address) != 0) {
      throw new ErrnoException("statx", "fd " + fd.number(), Errno.last());
    }
    return this;
  }

  /** Fills this buffer from what a name stands for, through symbolic links; for this package. */
  Statx follow(int directory, long name) throws ErrnoException {
    int mask = STATX_BASIC_STATS | STATX_MNT_ID;
    if (Libc.statx(directory, name, 0, mask, address) != 0) {
      throw new ErrnoException("statx", "fd " + directory, Errno.last());
    }
    return this;
  }

  /**
   * Fills this buffer from what is at a path whose parents this process trusts; of a symbolic link,
   * from the link.
   */
  public Statx at(KernelPath path) throws ErrnoException {
    return at(path, AT_SYMLINK_NOFOLLOW);
  }

  /** The same through a symbolic link, to what it stands for. */
  public Statx through(KernelPath path) throws ErrnoException {
    return at(path, 0);
  }

  private Statx at(KernelPath path, int flags) throws ErrnoException {
    byte[] text = path.terminated();
    if (name == null || name.size() < text.length) {
      name = new Memory(Math.max(USUAL_PATH, text.length));
    }
    name.write(0, text, 0, text.length);
    int mask = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
    long nameAddress = Pointer.nativeValue(name);
    if (Libc.statx(Libc.AT_FDCWD, nameAddress, flags | AT_NO_AUTOMOUNT, mask, address) != 0) {
      throw new ErrnoException("statx", path.toString(), Errno.last());
    }
    return this;
  }

  /** Field 1 of the mount's line in mountinfo; empty before Linux 5.8. */
  public OptionalLong mountId() {
    return (memory.getInt(MASK) & STATX_MNT_ID) == 0
        ? OptionalLong.empty()
        : OptionalLong.of(memory.getLong(MNT_ID));
  }

  public int deviceMajor() {
    return memory.getInt(DEV_MAJOR);
  }

  public int deviceMinor() {
    return memory.getInt(DEV_MINOR);
  }

  /** File type and permission bits, as {@code st_mode}. */
  public int mode() {
    return Short.toUnsignedInt(memory.getShort(MODE));
  }

  public boolean isDirectory() {
    return (mode() & S_IFMT) == S_IFDIR;
  }

  public boolean isRegularFile() {
    return (mode() & S_IFMT) == S_IFREG;
  }

  public int uid() {
    return memory.getInt(UID);
  }

  public int gid() {
    return memory.getInt(GID);
  }

  public long inode() {
    return memory.getLong(INO);
  }

  public long links() {
    return Integer.toUnsignedLong(memory.getInt(NLINK));
  }

  public long sizeBytes() {
    return memory.getLong(FILE_SIZE);
  }

  public long allocatedBytes() {
    return memory.getLong(BLOCKS) * BLOCK_BYTES;
  }

  public Instant modified() {
    return instant(MTIME);
  }

  /** Of the inode: unlike {@link #modified} nobody can set it. */
  public Instant changed() {
    return instant(CTIME);
  }

  /** Empty where the file system has no birth times. */
  public Optional<Instant> born() {
    return (memory.getInt(MASK) & STATX_BTIME) == 0
        ? Optional.empty()
        : Optional.of(instant(BTIME));
  }

  private Instant instant(int offset) {
    return Instant.ofEpochSecond(memory.getLong(offset), memory.getInt(offset + NANOSECONDS));
  }

  /** {@link #modified} in nanoseconds since 1970, for who compares. */
  public long modifiedNanos() {
    return nanos(MTIME);
  }

  /** {@link #changed} in nanoseconds since 1970, for who compares. */
  public long changedNanos() {
    return nanos(CTIME);
  }

  private long nanos(int offset) {
    return memory.getLong(offset) * NANOS_A_SECOND + memory.getInt(offset + NANOSECONDS);
  }

  @Override
  public void close() {
    memory.close();
    if (name != null) {
      name.close();
    }
  }
}
