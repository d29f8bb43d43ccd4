package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The last answer of statx(2), in a buffer that is used again; for walks, where a record an entry
 * would be garbage. The layout is the same on every architecture:
 *
 * <pre>
 * u32 stx_mask @0, u32 nlink @16, u16 mode @28, u64 ino @32, u64 size @40, u64 blocks @48,
 * s64 ctime.tv_sec @96, u32 ctime.tv_nsec @104, u32 rdev_major @128, u32 rdev_minor @132, u32 dev_major @136, u32 dev_minor @140; 256 bytes
 * </pre>
 */
public final class StatxBuffer implements AutoCloseable {
  static final int BYTES = 256;
  static final int NLINK_AT = 16;
  static final int MODE_AT = 28;
  static final int INO_AT = 32;
  static final int SIZE_AT = 40;
  static final int BLOCKS_AT = 48;
  static final int CTIME_AT = 96;
  static final int RDEV_MAJOR_AT = 128;
  static final int RDEV_MINOR_AT = 132;
  static final int DEV_MAJOR_AT = 136;
  static final int DEV_MINOR_AT = 140;

  /** STATX_TYPE, MODE, NLINK, CTIME, INO, SIZE and BLOCKS. */
  static final int MASK = 0x1 | 0x2 | 0x4 | 0x80 | 0x100 | 0x200 | 0x400;

  /** Offset of the nanoseconds within a {@code struct statx_timestamp}. */
  static final int NANOSECONDS = 8;

  private static final long SECOND = 1_000_000_000;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  static final int OF_ENTRY = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  private static final int BLOCK_BYTES = 512;
  private static final int TYPE_BITS = 0xf000;
  private static final int REGULAR = 0x8000;
  private static final int DIRECTORY = 0x4000;
  private static final int CHARACTER_DEVICE = 0x2000;
  private static final int ANY_EXECUTE = 0x49;

  private final Memory memory = new Memory(BYTES + 1L);
  private final ByteBuffer buffer = memory.getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder());
  private final long address = Pointer.nativeValue(memory);
  private final long emptyName = address + BYTES;

  public StatxBuffer() {
    memory.clear();
  }

  /** Looks at an entry itself, never at what a symbolic link points to; 0 or an errno. */
  public int entry(int directory, long name) {
    return EntryStat.call(directory, name, OF_ENTRY, MASK, address);
  }

  /** Looks at what is open; 0 or an errno. */
  public int descriptor(int fd) {
    return EntryStat.call(fd, emptyName, OF_ENTRY | AT_EMPTY_PATH, MASK, address);
  }

  public int links() {
    return buffer.getInt(NLINK_AT);
  }

  public long inode() {
    return buffer.getLong(INO_AT);
  }

  public long size() {
    return buffer.getLong(SIZE_AT);
  }

  public long allocatedBytes() {
    return buffer.getLong(BLOCKS_AT) * BLOCK_BYTES;
  }

  /**
   * When the inode changed last, in nanoseconds since 1970: by a write, or for a directory by an
   * entry that came or went. Unlike the mtime nobody can set it.
   */
  public long changedNanos() {
    return buffer.getLong(CTIME_AT) * SECOND + buffer.getInt(CTIME_AT + NANOSECONDS);
  }

  /** Major number in the upper half, minor in the lower. */
  public long device() {
    return (long) buffer.getInt(DEV_MAJOR_AT) << 32 | (buffer.getInt(DEV_MINOR_AT) & 0xffffffffL);
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  /** A character device 0:0: overlayfs's mark for "deleted". */
  public boolean isWhiteoutDevice() {
    return type() == CHARACTER_DEVICE
        && buffer.getInt(RDEV_MAJOR_AT) == 0
        && buffer.getInt(RDEV_MINOR_AT) == 0;
  }

  public boolean isExecutable() {
    return isRegular() && (mode() & ANY_EXECUTE) != 0;
  }

  private int type() {
    return mode() & TYPE_BITS;
  }

  private int mode() {
    return buffer.getShort(MODE_AT);
  }

  @Override
  public void close() {
    memory.close();
  }
}
