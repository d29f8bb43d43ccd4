package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One open directory, read entry by entry with getdents64(2) into a buffer that outlives it, so
 * that a walk allocates nothing and never holds a directory's entries all at once.
 *
 * <pre>
 * struct linux_dirent64: u64 d_ino @0, s64 d_off @8, u16 d_reclen @16, u8 d_type @18, d_name @19
 * </pre>
 *
 * The name is bytes that end with NUL, in no encoding. {@code d_off} is where the next entry
 * stands, for lseek(2), also in another descriptor of the same directory.
 */
public final class Directory implements AutoCloseable {
  /** Types of getdents64(2) that a walk decides by; a file system may not know ({@code 0}). */
  public static final int DT_UNKNOWN = 0;

  public static final int DT_DIR = 4;

  static final int OFFSET_AT = 8;
  static final int LENGTH_AT = 16;
  static final int TYPE_AT = 18;
  static final int NAME_AT = 19;

  static final long GETDENTS64 = Machine.ARM64 ? 61 : 217;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int FIRST_BYTES = 4 << 10;
  private static final int SEEK_SET = 0;

  private final Memory memory = new Memory(BUFFER_BYTES);
  private final ByteBuffer buffer =
      memory.getByteBuffer(0, BUFFER_BYTES).order(ByteOrder.nativeOrder());

  /** What was read last: reading native memory byte by byte is dear to the first compiler. */
  private byte[] entries = new byte[FIRST_BYTES];

  private final long address = Pointer.nativeValue(memory);
  private int fd = -1;
  private int entry;
  private int next;
  private int end;

  /** Takes over an open descriptor, and closes the one it had. */
  public void adopt(int descriptor) {
    closeDescriptor();
    fd = descriptor;
    next = 0;
    end = 0;
  }

  public int descriptor() {
    return fd;
  }

  /**
   * Steps to the next entry that is neither {@code .} nor {@code ..}.
   *
   * @return 1, 0 at the end, or the negated errno; ENOENT is a directory that was removed
   */
  public int advance() {
    do {
      if (next == end) {
        long count = Libc.syscall(GETDENTS64, fd, address, BUFFER_BYTES, 0, 0);
        if (count <= 0) {
          return count == 0 ? 0 : -Errno.last();
        }
        next = 0;
        end = (int) count;
        copy();
      }
      goTo(next);
    } while (isDotOrDotDot());
    return 1;
  }

  /**
   * Steps to the next entry where that was read already and is known to be no directory; stays
   * otherwise.
   */
  boolean advanceToFile() {
    if (next == end) {
      return false;
    }
    byte type = entries[next + TYPE_AT];
    if (type == DT_DIR || type == DT_UNKNOWN) {
      return false;
    }
    goTo(next);
    return true;
  }

  /** Where the current entry stands in what was read last; for {@link #goTo}. */
  int position() {
    return entry;
  }

  /** Goes to an entry of what was read last. */
  void goTo(int position) {
    entry = position;
    next = position + lengthAt(position);
  }

  private int lengthAt(int position) {
    return (entries[position + LENGTH_AT] & 0xff) | (entries[position + LENGTH_AT + 1] & 0xff) << 8;
  }

  private void copy() {
    if (end > entries.length) {
      entries = new byte[BUFFER_BYTES];
    }
    buffer.get(0, entries, 0, end);
  }

  private boolean isDotOrDotDot() {
    int name = entry + NAME_AT;
    if (entries[name] != '.') {
      return false;
    }
    byte second = entries[name + 1];
    return second == 0 || (second == '.' && entries[name + 2] == 0);
  }

  /**
   * The entry's {@code d_ino}; of a directory that something is mounted on, that which is hidden.
   */
  public long inode() {
    return buffer.getLong(entry);
  }

  /** The entry's {@code d_type}. */
  public int type() {
    return entries[entry + TYPE_AT];
  }

  /** Bytes of entries that were read and not come to yet. */
  public int ahead() {
    return end - next;
  }

  /** Address of the entry's name, good until the next step. */
  public long name() {
    return address + entry + NAME_AT;
  }

  public int nameLength() {
    int length = 0;
    while (entries[entry + NAME_AT + length] != 0) {
      length++;
    }
    return length;
  }

  public void copyName(byte[] into, int at, int length) {
    System.arraycopy(entries, entry + NAME_AT, into, at, length);
  }

  /** Where the reading goes on behind the entry; for {@link #seek}. */
  public long resumeAt() {
    return buffer.getLong(entry + OFFSET_AT);
  }

  /** Goes on at a place that {@link #resumeAt} named; 0 or an errno. */
  public int seek(long resumeAt) {
    next = 0;
    end = 0;
    return Libc.lseek(fd, resumeAt, SEEK_SET) < 0 ? Errno.last() : 0;
  }

  /** Gives the descriptor back, open; -1 where there is none. */
  public int release() {
    int given = fd;
    fd = -1;
    return given;
  }

  public void closeDescriptor() {
    if (fd >= 0) {
      Libc.close(fd);
      fd = -1;
    }
  }

  @Override
  public void close() {
    closeDescriptor();
    memory.close();
  }
}
