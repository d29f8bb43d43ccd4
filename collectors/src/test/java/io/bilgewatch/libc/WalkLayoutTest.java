package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.testing.CHeaders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The offsets and numbers of the walk, as the C compiler and this system's headers have them. */
class WalkLayoutTest {
  private static final List<String> HEADERS =
      List.of(
          "fcntl.h",
          "dirent.h",
          "time.h",
          "sys/stat.h",
          "sys/statfs.h",
          "sys/ioctl.h",
          "sys/syscall.h",
          "linux/fs.h");

  /** In no header of user space: from getdents64(2). */
  private static final String DIRENT =
      """
      struct linux_dirent64 { uint64_t d_ino; int64_t d_off; unsigned short d_reclen;
        unsigned char d_type; char d_name[]; };
      """;

  @Test
  void agreesWithTheHeaders(@TempDir Path folder) throws IOException, InterruptedException {
    Map<String, Long> ours = new LinkedHashMap<>();
    ours.put("offsetof(struct linux_dirent64, d_off)", (long) Directory.OFFSET_AT);
    ours.put("offsetof(struct linux_dirent64, d_reclen)", (long) Directory.LENGTH_AT);
    ours.put("offsetof(struct linux_dirent64, d_type)", (long) Directory.TYPE_AT);
    ours.put("offsetof(struct linux_dirent64, d_name)", (long) Directory.NAME_AT);
    ours.put("DT_DIR", (long) Directory.DT_DIR);
    ours.put("DT_UNKNOWN", (long) Directory.DT_UNKNOWN);
    ours.put("SYS_getdents64", Directory.GETDENTS64);
    ours.put("sizeof(struct statx)", (long) StatxBuffer.BYTES);
    ours.put("offsetof(struct statx, stx_attributes)", (long) StatxBuffer.ATTRIBUTES_AT);
    ours.put("STATX_ATTR_MOUNT_ROOT", StatxBuffer.MOUNT_ROOT);
    ours.put("offsetof(struct statx, stx_nlink)", (long) StatxBuffer.NLINK_AT);
    ours.put("offsetof(struct statx, stx_uid)", (long) StatxBuffer.UID_AT);
    ours.put("offsetof(struct statx, stx_gid)", (long) StatxBuffer.GID_AT);
    ours.put("offsetof(struct statx, stx_mode)", (long) StatxBuffer.MODE_AT);
    ours.put("offsetof(struct statx, stx_ino)", (long) StatxBuffer.INO_AT);
    ours.put("offsetof(struct statx, stx_size)", (long) StatxBuffer.SIZE_AT);
    ours.put("offsetof(struct statx, stx_blocks)", (long) StatxBuffer.BLOCKS_AT);
    ours.put("offsetof(struct statx, stx_ctime.tv_sec)", (long) StatxBuffer.CTIME_AT);
    ours.put(
        "offsetof(struct statx, stx_ctime.tv_nsec)",
        (long) StatxBuffer.CTIME_AT + StatxBuffer.NANOSECONDS);
    ours.put("offsetof(struct statx, stx_rdev_major)", (long) StatxBuffer.RDEV_MAJOR_AT);
    ours.put("offsetof(struct statx, stx_rdev_minor)", (long) StatxBuffer.RDEV_MINOR_AT);
    ours.put("offsetof(struct statx, stx_dev_major)", (long) StatxBuffer.DEV_MAJOR_AT);
    ours.put("offsetof(struct statx, stx_dev_minor)", (long) StatxBuffer.DEV_MINOR_AT);
    ours.put(
        "STATX_TYPE|STATX_MODE|STATX_NLINK|STATX_UID|STATX_GID|STATX_CTIME|STATX_INO|STATX_SIZE"
            + "|STATX_BLOCKS",
        (long) StatxBuffer.MASK);
    ours.put("AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT|AT_STATX_DONT_SYNC", (long) StatxBuffer.OF_ENTRY);
    ours.put("AT_EMPTY_PATH", (long) StatxBuffer.AT_EMPTY_PATH);
    ours.put("sizeof(struct fsxattr)", (long) ProjectSpace.FSXATTR_BYTES);
    ours.put("offsetof(struct fsxattr, fsx_xflags)", (long) ProjectSpace.XFLAGS_AT);
    ours.put("offsetof(struct fsxattr, fsx_projid)", (long) ProjectSpace.PROJID_AT);
    ours.put("FS_XFLAG_PROJINHERIT", (long) ProjectSpace.PROJINHERIT);
    ours.put("FS_IOC_FSGETXATTR", ProjectSpace.FS_IOC_FSGETXATTR);
    ours.put("sizeof(struct statfs)", (long) ProjectSpace.STATFS_BYTES);
    ours.put("offsetof(struct statfs, f_bsize)", (long) ProjectSpace.BSIZE_AT);
    ours.put("offsetof(struct statfs, f_blocks)", (long) ProjectSpace.BLOCKS_AT);
    ours.put("offsetof(struct statfs, f_bfree)", (long) ProjectSpace.BFREE_AT);
    ours.put("offsetof(struct statfs, f_frsize)", (long) ProjectSpace.FRSIZE_AT);
    ours.put("sizeof(struct timespec)", (long) KernelClock.SIZE);
    ours.put("offsetof(struct timespec, tv_nsec)", (long) KernelClock.NANOSECONDS);
    ours.put("CLOCK_THREAD_CPUTIME_ID", (long) ThreadCpu.CLOCK_THREAD_CPUTIME_ID);
    ours.put("O_DIRECTORY", (long) Fd.O_DIRECTORY);
    ours.put("O_NOFOLLOW", (long) Fd.O_NOFOLLOW);
    ours.put("O_NOATIME", (long) Fd.O_NOATIME);
    ours.put("O_NONBLOCK", (long) Fd.O_NONBLOCK);
    ours.put("O_CLOEXEC", (long) Fd.O_CLOEXEC);

    assertEquals(ours, CHeaders.say(folder, HEADERS, DIRENT, ours.keySet()));
  }
}
