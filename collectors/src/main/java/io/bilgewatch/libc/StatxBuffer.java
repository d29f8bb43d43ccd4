package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * The last answer of statx(2), in a buffer that is used again; for walks, where a record an entry
 * would be garbage. It is copied into an array at once: reading a field from native memory costs
 * ten times as much where only the first compiler runs. Little-endian, as all architectures here.
 * The layout is the same on every architecture:
 *
 * <pre>
 * u32 stx_mask @0, u64 attributes @8, u32 nlink @16, u32 uid @20, u32 gid @24, u16 mode @28, u64 ino @32, u64 size @40, u64 blocks @48,
 * s64 ctime.tv_sec @96, u32 ctime.tv_nsec @104, u32 rdev_major @128, u32 rdev_minor @132, u32 dev_major @136, u32 dev_minor @140; 256 bytes
 * </pre>
 */
public final class StatxBuffer implements AutoCloseable {
  static final int BYTES = 256;

  /** All that is looked at. */
  private static final int LONGS = 18;

  static final int ATTRIBUTES_AT = 8;
  static final int NLINK_AT = 16;
  static final int UID_AT = 20;
  static final int GID_AT = 24;
  static final int MODE_AT = 28;
  static final int INO_AT = 32;
  static final int SIZE_AT = 40;
  static final int BLOCKS_AT = 48;
  static final int CTIME_AT = 96;
  static final int RDEV_MAJOR_AT = 128;
  static final int RDEV_MINOR_AT = 132;
  static final int DEV_MAJOR_AT = 136;
  static final int DEV_MINOR_AT = 140;

  /** STATX_TYPE, MODE, NLINK, UID, GID, CTIME, INO, SIZE and BLOCKS. */
  static final int MASK = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100 | 0x200 | 0x400;

  /** Offset of the nanoseconds within a {@code struct statx_timestamp}. */
  static final int NANOSECONDS = 8;

  /** STATX_ATTR_MOUNT_ROOT, Linux 5.8. */
  static final long MOUNT_ROOT = 0x2000;

  private static final long SECOND = 1_000_000_000;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  static final int OF_ENTRY = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  private static final int BLOCK_BYTES = 512;
  private static final int TYPE_BITS = 0xf000;
  public static final int REGULAR = 0x8000;
  public static final int SYMLINK = 0xa000;
  public static final int SOCKET = 0xc000;
  public static final int FIFO = 0x1000;
  private static final int DIRECTORY = 0x4000;
  private static final int CHARACTER_DEVICE = 0x2000;
  private static final int ANY_EXECUTE = 0x49;

  private final Memory memory = new Memory(BYTES + 1L);
  private final LongBuffer buffer =
      memory.getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
  private final long[] fields = new long[LONGS];
  private final long address = Pointer.nativeValue(memory);
  private final long emptyName = address + BYTES;

  public StatxBuffer() {
    memory.clear();
  }

  /** Looks at an entry itself, never at what a symbolic link points to; 0 or an errno. */
  public int entry(int directory, long name) {
    return answer(EntryStat.call(directory, name, OF_ENTRY, MASK, address));
  }

  /** Looks at what is open; 0 or an errno. */
  public int descriptor(int fd) {
    return answer(EntryStat.call(fd, emptyName, OF_ENTRY | AT_EMPTY_PATH, MASK, address));
  }

  private int answer(int errno) {
    if (errno == 0) {
      buffer.get(0, fields, 0, LONGS);
    }
    return errno;
  }

  private long longAt(int offset) {
    return fields[offset >> 3];
  }

  private int intAt(int offset) {
    return (int) (fields[offset >> 3] >>> ((offset & 7) << 3));
  }

  public int links() {
    return intAt(NLINK_AT);
  }

  public int uid() {
    return intAt(UID_AT);
  }

  public int gid() {
    return intAt(GID_AT);
  }

  public long inode() {
    return longAt(INO_AT);
  }

  public long size() {
    return longAt(SIZE_AT);
  }

  public long allocatedBytes() {
    return longAt(BLOCKS_AT) * BLOCK_BYTES;
  }

  /**
   * When the inode changed last, in nanoseconds since 1970: by a write, or for a directory by an
   * entry that came or went. Unlike the mtime nobody can set it.
   */
  public long changedNanos() {
    return longAt(CTIME_AT) * SECOND + intAt(CTIME_AT + NANOSECONDS);
  }

  /** Major number in the upper half, minor in the lower. */
  public long device() {
    return (long) intAt(DEV_MAJOR_AT) << 32 | (intAt(DEV_MINOR_AT) & 0xffffffffL);
  }

  /** Whether something is mounted there; false where the kernel does not tell (before 5.8). */
  public boolean isMountRoot() {
    return (longAt(ATTRIBUTES_AT) & MOUNT_ROOT) != 0;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  /** A character device 0:0: overlayfs's mark for "deleted". */
  public boolean isWhiteoutDevice() {
    return type() == CHARACTER_DEVICE && intAt(RDEV_MAJOR_AT) == 0 && intAt(RDEV_MINOR_AT) == 0;
  }

  public boolean isExecutable() {
    return isRegular() && (mode() & ANY_EXECUTE) != 0;
  }

  /** S_IFMT of the mode (inode(7)). */
  public int type() {
    return mode() & TYPE_BITS;
  }

  private int mode() {
    return intAt(MODE_AT) & 0xffff;
  }

  @Override
  public void close() {
    memory.close();
  }
}
