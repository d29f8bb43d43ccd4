package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The project a directory belongs to (FS_IOC_FSGETXATTR, ioctl_xfs_fsgetxattr(2)), and the space
 * that statfs(2) reports through it. For a directory whose project has a limit and which passes the
 * project on, ext4 and XFS report the project's limit and usage instead of the file system's.
 *
 * <pre>
 * struct fsxattr: u32 xflags @0, extsize @4, nextents @8, projid @12, cowextsize @16; 28 bytes
 * struct statfs (64 bit): s64 f_type @0, f_bsize @8, f_blocks @16, f_bfree @24, ... f_frsize @72
 * </pre>
 *
 * @param projectId 0 where no project was ever set
 * @param passedOn whether new entries inherit the project (FS_XFLAG_PROJINHERIT)
 * @param freeBytes unused, the part kept for root included
 */
public record ProjectSpace(long projectId, boolean passedOn, long totalBytes, long freeBytes) {
  static final long FS_IOC_FSGETXATTR = 0x801c581fL;
  static final int FSXATTR_BYTES = 28;
  static final int XFLAGS_AT = 0;
  static final int PROJID_AT = 12;
  static final int PROJINHERIT = 0x200;
  static final int STATFS_BYTES = 120;
  static final int BSIZE_AT = 8;
  static final int BLOCKS_AT = 16;
  static final int BFREE_AT = 24;
  static final int FRSIZE_AT = 72;

  private static final int ENOTTY = 25;

  /**
   * @throws ErrnoException where statfs fails, or the ioctl for another reason than that the file
   *     system has no projects (then the project is 0)
   */
  public static ProjectSpace of(int fd) throws ErrnoException {
    try (Memory memory = new Memory(STATFS_BYTES)) {
      memory.clear();
      ByteBuffer bytes = memory.getByteBuffer(0, STATFS_BYTES).order(ByteOrder.nativeOrder());
      readProject(fd, Pointer.nativeValue(memory));
      long projectId = Integer.toUnsignedLong(bytes.getInt(PROJID_AT));
      boolean passedOn = (bytes.getInt(XFLAGS_AT) & PROJINHERIT) != 0;
      if (Libc.fstatfs(fd, Pointer.nativeValue(memory)) != 0) {
        throw new ErrnoException("fstatfs", "fd " + fd, Errno.last());
      }
      long unit = bytes.getLong(FRSIZE_AT) > 0 ? bytes.getLong(FRSIZE_AT) : bytes.getLong(BSIZE_AT);
      return new ProjectSpace(
          projectId, passedOn, bytes.getLong(BLOCKS_AT) * unit, bytes.getLong(BFREE_AT) * unit);
    }
  }

  private static void readProject(int fd, long address) throws ErrnoException {
    if (Libc.ioctl(fd, FS_IOC_FSGETXATTR, address) != 0) {
      int errno = Errno.last();
      if (errno != ENOTTY && errno != Errno.EOPNOTSUPP) {
        throw new ErrnoException("FS_IOC_FSGETXATTR", "fd " + fd, errno);
      }
    }
  }
}
