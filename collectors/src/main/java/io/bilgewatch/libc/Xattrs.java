package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads extended attributes of open directories and of their entries, without opening the entry:
 * with getxattrat(2) (Linux 6.13), or where that is missing with lgetxattr(2) through the
 * descriptor's own name in {@code /proc/self/fd}.
 *
 * <pre>
 * struct xattr_args: u64 value @0, u32 size @8, u32 flags @12; 16 bytes
 * </pre>
 */
public final class Xattrs implements AutoCloseable {
  /** An attribute's name, ready for the kernel. */
  public static final class Name {
    private final Memory text;
    private final long address;

    public Name(String name) {
      text = new Memory(name.length() + 1L);
      text.setString(0, name, StandardCharsets.US_ASCII.name());
      address = Pointer.nativeValue(text);
    }
  }

  /** The same number on every architecture. */
  private static final long GETXATTRAT = 464;

  private static final int ARGS_BYTES = 16;
  private static final int VALUE_BYTES = 256;
  private static final int PATH_BYTES = 4096;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  private final Memory args = new Memory(ARGS_BYTES);
  private final Memory value = new Memory(VALUE_BYTES);
  private final Memory path = new Memory(PATH_BYTES);
  private final ByteBuffer pathBytes = path.getByteBuffer(0, PATH_BYTES);
  private final byte[] descriptors;
  private boolean hasGetxattrat;

  /**
   * @param descriptors this process's own {@code /proc/self/fd}
   */
  public Xattrs(Path descriptors) {
    this(descriptors, true);
  }

  Xattrs(Path descriptors, boolean hasGetxattrat) {
    this.descriptors = (descriptors + "/").getBytes(StandardCharsets.UTF_8);
    this.hasGetxattrat = hasGetxattrat;
    ByteBuffer fields = args.getByteBuffer(0, ARGS_BYTES).order(ByteOrder.nativeOrder());
    fields.putLong(Pointer.nativeValue(value)).putInt(VALUE_BYTES).putInt(0);
  }

  /**
   * @return the value's length, or the negated errno: ENODATA where it is not set, or is a {@code
   *     trusted.} one and this process lacks CAP_SYS_ADMIN
   */
  public int ofDescriptor(int fd, Name name) {
    return answer(Libc.fgetxattr(fd, name.address, Pointer.nativeValue(value), VALUE_BYTES));
  }

  /** As {@link #ofDescriptor}, of a directory's current entry itself, never through a link. */
  public int ofEntry(Directory directory, Name name) {
    if (hasGetxattrat) {
      int result = getxattrat(directory, name);
      // A system-call filter that predates the call says EPERM; reading an attribute never does.
      if (result != -Errno.ENOSYS && result != -Errno.EPERM) {
        return result;
      }
      hasGetxattrat = false;
    }
    long entry = nameThroughDescriptor(directory);
    return answer(Libc.lgetxattr(entry, name.address, Pointer.nativeValue(value), VALUE_BYTES));
  }

  private int getxattrat(Directory directory, Name name) {
    return answer(
        Libc.syscall(
            GETXATTRAT,
            directory.descriptor(),
            directory.name(),
            AT_SYMLINK_NOFOLLOW,
            name.address,
            Pointer.nativeValue(args),
            ARGS_BYTES));
  }

  private long nameThroughDescriptor(Directory directory) {
    byte[] number = Integer.toString(directory.descriptor()).getBytes(StandardCharsets.US_ASCII);
    byte[] name = new byte[directory.nameLength()];
    directory.copyName(name, 0, name.length);
    pathBytes.clear().put(descriptors).put(number).put((byte) '/').put(name).put((byte) 0);
    return Pointer.nativeValue(path);
  }

  private static int answer(long result) {
    return result < 0 ? -Errno.last() : (int) result;
  }

  /** First byte of the value that was last read with a length of at least one. */
  public byte firstByte() {
    return value.getByte(0);
  }

  @Override
  public void close() {
    args.close();
    value.close();
    path.close();
  }
}
