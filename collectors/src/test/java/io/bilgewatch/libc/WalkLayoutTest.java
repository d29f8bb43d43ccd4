package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The offsets and numbers of the walk, as the C compiler and this system's headers have them. */
class WalkLayoutTest {
  /** {@code linux_dirent64} is in no header of user space: from getdents64(2). */
  private static final String PRELUDE =
      """
      #define _GNU_SOURCE
      #include <stddef.h>
      #include <stdint.h>
      #include <stdio.h>
      #include <fcntl.h>
      #include <dirent.h>
      #include <time.h>
      #include <sys/stat.h>
      #include <sys/statfs.h>
      #include <sys/ioctl.h>
      #include <sys/syscall.h>
      #include <linux/fs.h>
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
    ours.put("sizeof(struct timespec)", 16L);
    ours.put("CLOCK_THREAD_CPUTIME_ID", (long) ThreadCpu.CLOCK_THREAD_CPUTIME_ID);
    ours.put("O_DIRECTORY", (long) Fd.O_DIRECTORY);
    ours.put("O_NOFOLLOW", (long) Fd.O_NOFOLLOW);
    ours.put("O_NOATIME", (long) Fd.O_NOATIME);
    ours.put("O_NONBLOCK", (long) Fd.O_NONBLOCK);
    ours.put("O_CLOEXEC", (long) Fd.O_CLOEXEC);

    assertEquals(ours, asCompiled(ours, folder));
  }

  private static Map<String, Long> asCompiled(Map<String, Long> expressions, Path folder)
      throws IOException, InterruptedException {
    StringBuilder program = new StringBuilder(PRELUDE).append("int main(void) {\n");
    for (String expression : expressions.keySet()) {
      program.append("printf(\"%lld\\n\", (long long) (").append(expression).append("));\n");
    }
    Path source = Files.writeString(folder.resolve("layout.c"), program.append("}\n"));
    Path binary = folder.resolve("layout");
    run("gcc", "-o", binary.toString(), source.toString());
    String[] values = run(binary.toString()).split("\n", -1);
    Map<String, Long> compiled = new LinkedHashMap<>();
    for (String expression : expressions.keySet()) {
      compiled.put(expression, Long.valueOf(values[compiled.size()]));
    }
    return compiled;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out;
  }
}
