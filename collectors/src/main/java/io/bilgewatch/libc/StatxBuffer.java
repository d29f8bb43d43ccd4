package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * The last answer of statx(2), or the last few, in a buffer that is used again; for walks, where a
 * record an entry would be garbage. It is copied into an array at once: reading a field from native
 * memory costs ten times as much where only the first compiler runs. Little-endian, as all
 * architectures here. The layout is the same on every architecture:
 *
 * <pre>
 * u32 stx_mask @0, u64 attributes @8, u32 nlink @16, u32 uid @20, u32 gid @24, u16 mode @28, u64 ino @32, u64 size @40, u64 blocks @48,
 * s64 ctime.tv_sec @96, u32 ctime.tv_nsec @104, u32 rdev_major @128, u32 rdev_minor @132, u32 dev_major @136, u32 dev_minor @140; 256 bytes
 * </pre>
 */
public final class StatxBuffer implements AutoCloseable {
  static final int BYTES = 256;

  /** All that is looked at of one answer. */
  private static final int LONGS = 18;

  /** From one answer to the next. */
  private static final int STRIDE = BYTES / Long.BYTES;

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

  private final Memory memory;
  private final LongBuffer buffer;
  private final long address;
  private final long emptyName;
  private final long[] fields;
  private final int[] errnos;
  private final int[] positions;

  /** Where the answer that is looked at begins. */
  private int base;

  public StatxBuffer() {
    this(1);
  }

  /**
   * @param slots how many answers are held at once, for {@link #entries}
   */
  public StatxBuffer(int slots) {
    int bytes = slots * BYTES;
    memory = new Memory(bytes + 1L);
    memory.clear();
    buffer = memory.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()).asLongBuffer();
    address = Pointer.nativeValue(memory);
    emptyName = address + bytes;
    fields = new long[slots * STRIDE];
    errnos = new int[slots];
    positions = new int[slots];
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
    base = 0;
    if (errno == 0) {
      buffer.get(0, fields, 0, LONGS);
    }
    return errno;
  }

  /**
   * Looks at the current entry of a directory and at those behind it, up to what is or may be a
   * directory, the end of what was read of it, or the number of slots. Their answers are copied
   * together: one by one that would be a twentieth of a walk.
   *
   * @param from what names are looked up from: the directory's descriptor, or what {@link
   *     WorkingDirectory#enter} gave for it
   * @return how many there are for {@link #select}, at least one
   */
  public int entries(Directory directory, int from) {
    int count = 0;
    do {
      long answer = address + (long) count * BYTES;
      positions[count] = directory.position();
      errnos[count] = EntryStat.call(from, directory.name(), OF_ENTRY, MASK, answer);
      count++;
    } while (count < errnos.length && directory.advanceToFile());
    buffer.get(0, fields, 0, (count - 1) * STRIDE + LONGS);
    return count;
  }

  /** Goes to one of those entries, in the directory too; 0 or its errno. */
  public int select(Directory directory, int slot) {
    directory.goTo(positions[slot]);
    base = slot * STRIDE;
    return errnos[slot];
  }

  private long longAt(int offset) {
    return fields[base + (offset >> 3)];
  }

  private int intAt(int offset) {
    return (int) (fields[base + (offset >> 3)] >>> ((offset & 7) << 3));
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
