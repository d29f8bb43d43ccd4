package io.bilgewatch.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.testing.CHeaders;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The numbers that are written here are the C headers' own. On arm64 all of them are the same but
 * O_DIRECTORY (040000) and O_NOFOLLOW (0100000), which the headers of that machine say here too.
 */
class StructLayoutTest {
  private static final List<String> HEADERS =
      List.of(
          "errno.h",
          "fcntl.h",
          "linux/magic.h",
          "linux/netlink.h",
          "linux/openat2.h",
          "linux/stat.h",
          "poll.h",
          "sys/socket.h",
          "sys/syscall.h",
          "sys/sysinfo.h",
          "sys/un.h",
          "sys/vfs.h");

  @TempDir private Path directory;

  @Test
  void offsetsSizesAndConstantsAreThoseOfTheHeaders() throws Exception {
    Map<String, Long> expected = expected();
    assertEquals(expected, CHeaders.say(directory, HEADERS, expected.keySet()));
  }

  private static Map<String, Long> expected() {
    Map<String, Long> terms = new LinkedHashMap<>();
    terms.put("sizeof(struct pollfd)", (long) Poll.SIZE);
    terms.put("offsetof(struct pollfd, events)", (long) Poll.EVENTS);
    terms.put("offsetof(struct pollfd, revents)", (long) Poll.REVENTS);
    terms.put("POLLIN", (long) Poll.POLLIN);
    terms.put("POLLPRI", (long) Poll.POLLPRI);
    terms.put("PROC_SUPER_MAGIC", StatFs.PROC_SUPER_MAGIC);
    terms.put("sizeof(struct sockaddr_nl)", (long) NetlinkSocket.ADDRESS_SIZE);
    terms.put("offsetof(struct sockaddr_nl, nl_pid)", (long) NetlinkSocket.ADDRESS_PID);
    terms.put("offsetof(struct sockaddr_nl, nl_groups)", (long) NetlinkSocket.ADDRESS_GROUPS);
    terms.put("AF_NETLINK", (long) NetlinkSocket.AF_NETLINK);
    terms.put("SOCK_RAW", (long) NetlinkSocket.SOCK_RAW);
    terms.put("SOCK_NONBLOCK", (long) NetlinkSocket.SOCK_NONBLOCK);
    terms.put("SOCK_CLOEXEC", (long) NetlinkSocket.SOCK_CLOEXEC);
    terms.put("AF_UNIX", (long) UnixDatagram.AF_UNIX);
    terms.put("SOCK_DGRAM", (long) UnixDatagram.SOCK_DGRAM);
    terms.put("MSG_NOSIGNAL", (long) UnixDatagram.MSG_NOSIGNAL);
    terms.put("offsetof(struct sockaddr_un, sun_path)", (long) UnixDatagram.PATH);
    terms.put("sizeof(struct sockaddr_un)", (long) (UnixDatagram.PATH + UnixDatagram.PATH_SIZE));
    terms.put("SOL_SOCKET", (long) NetlinkSocket.SOL_SOCKET);
    terms.put("SO_RCVBUF", (long) NetlinkSocket.SO_RCVBUF);
    terms.put("SO_RCVBUFFORCE", (long) NetlinkSocket.SO_RCVBUFFORCE);
    terms.put("NETLINK_AUDIT", (long) NetlinkSocket.NETLINK_AUDIT);
    terms.put("NETLINK_CONNECTOR", (long) NetlinkSocket.NETLINK_CONNECTOR);
    terms.put("SEEK_DATA", (long) RecordFile.SEEK_DATA);
    terms.put("EBUSY", (long) Errno.EBUSY);
    terms.put("ENOSPC", (long) Errno.ENOSPC);
    terms.put("ESPIPE", (long) Errno.ESPIPE);
    terms.put("EROFS", (long) Errno.EROFS);
    terms.put("EPIPE", (long) Errno.EPIPE);
    terms.put("EPROTONOSUPPORT", (long) Errno.EPROTONOSUPPORT);
    terms.put("ENOBUFS", (long) Errno.ENOBUFS);
    terms.put("ECONNREFUSED", (long) Errno.ECONNREFUSED);
    terms.put("EDQUOT", (long) Errno.EDQUOT);
    terms.put("sizeof(struct statx)", (long) Statx.SIZE);
    terms.put("offsetof(struct statx, stx_mask)", (long) Statx.MASK);
    terms.put("offsetof(struct statx, stx_nlink)", (long) Statx.NLINK);
    terms.put("offsetof(struct statx, stx_uid)", (long) Statx.UID);
    terms.put("offsetof(struct statx, stx_gid)", (long) Statx.GID);
    terms.put("offsetof(struct statx, stx_mode)", (long) Statx.MODE);
    terms.put("offsetof(struct statx, stx_ino)", (long) Statx.INO);
    terms.put("offsetof(struct statx, stx_size)", (long) Statx.FILE_SIZE);
    terms.put("offsetof(struct statx, stx_blocks)", (long) Statx.BLOCKS);
    terms.put("offsetof(struct statx, stx_btime)", (long) Statx.BTIME);
    terms.put("offsetof(struct statx, stx_ctime)", (long) Statx.CTIME);
    terms.put("offsetof(struct statx, stx_mtime)", (long) Statx.MTIME);
    terms.put("offsetof(struct statx, stx_dev_major)", (long) Statx.DEV_MAJOR);
    terms.put("offsetof(struct statx, stx_dev_minor)", (long) Statx.DEV_MINOR);
    terms.put("offsetof(struct statx, stx_mnt_id)", (long) Statx.MNT_ID);
    terms.put("offsetof(struct statx_timestamp, tv_nsec)", (long) Statx.NANOSECONDS);
    terms.put("STATX_BASIC_STATS", (long) Statx.STATX_BASIC_STATS);
    terms.put("STATX_BTIME", (long) Statx.STATX_BTIME);
    terms.put("STATX_MNT_ID", (long) Statx.STATX_MNT_ID);
    terms.put("AT_EMPTY_PATH", (long) Statx.AT_EMPTY_PATH);
    terms.put("sizeof(struct statfs)", (long) StatFs.SIZE);
    terms.put("offsetof(struct statfs, f_type)", (long) StatFs.TYPE);
    terms.put("offsetof(struct statfs, f_bsize)", (long) StatFs.BSIZE);
    terms.put("offsetof(struct statfs, f_blocks)", (long) StatFs.BLOCKS);
    terms.put("offsetof(struct statfs, f_bfree)", (long) StatFs.BFREE);
    terms.put("offsetof(struct statfs, f_bavail)", (long) StatFs.BAVAIL);
    terms.put("offsetof(struct statfs, f_files)", (long) StatFs.FILES);
    terms.put("offsetof(struct statfs, f_ffree)", (long) StatFs.FFREE);
    terms.put("offsetof(struct statfs, f_fsid)", (long) StatFs.FSID);
    terms.put("offsetof(struct statfs, f_frsize)", (long) StatFs.FRSIZE);
    terms.put("sizeof(struct sysinfo)", (long) Sysinfo.SIZE);
    terms.put("offsetof(struct sysinfo, totalram)", (long) Sysinfo.TOTALRAM);
    terms.put("offsetof(struct sysinfo, freeram)", (long) Sysinfo.FREERAM);
    terms.put("offsetof(struct sysinfo, sharedram)", (long) Sysinfo.SHAREDRAM);
    terms.put("offsetof(struct sysinfo, mem_unit)", (long) Sysinfo.MEM_UNIT);
    terms.put("TMPFS_MAGIC", StatFs.TMPFS_MAGIC);
    terms.put("sizeof(struct open_how)", (long) OpenHow.SIZE);
    terms.put("offsetof(struct open_how, flags)", (long) OpenHow.FLAGS);
    terms.put("offsetof(struct open_how, mode)", (long) OpenHow.MODE);
    terms.put("offsetof(struct open_how, resolve)", (long) OpenHow.RESOLVE);
    terms.put("RESOLVE_NO_XDEV", OpenHow.RESOLVE_NO_XDEV);
    terms.put("RESOLVE_BENEATH", OpenHow.RESOLVE_BENEATH);
    terms.put("RESOLVE_NO_MAGICLINKS", OpenHow.RESOLVE_NO_MAGICLINKS);
    terms.put("RESOLVE_NO_SYMLINKS", OpenHow.RESOLVE_NO_SYMLINKS);
    terms.put("RESOLVE_IN_ROOT", OpenHow.RESOLVE_IN_ROOT);
    terms.put("SYS_openat2", OpenHow.SYS_OPENAT2);
    terms.put("O_PATH", (long) Fd.O_PATH);
    terms.put("O_DIRECTORY", (long) Fd.O_DIRECTORY);
    terms.put("O_NOFOLLOW", (long) Fd.O_NOFOLLOW);
    terms.put("O_CLOEXEC", (long) Fd.O_CLOEXEC);
    terms.put("O_NOATIME", (long) Fd.O_NOATIME);
    terms.put("O_NONBLOCK", (long) Fd.O_NONBLOCK);
    terms.put("ELOOP", (long) Errno.ELOOP);
    terms.put("ENOSYS", (long) Errno.ENOSYS);
    terms.put("EXDEV", (long) Errno.EXDEV);
    terms.put("ENODEV", (long) Errno.ENODEV);
    terms.put("ENODATA", (long) Errno.ENODATA);
    terms.put("EOPNOTSUPP", (long) Errno.EOPNOTSUPP);
    terms.put("ESTALE", (long) Errno.ESTALE);
    return terms;
  }
}
