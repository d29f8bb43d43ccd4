package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.WriteErrno;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system calls that write or create, and which of their errors say that a write was refused.
 * Data, so that a reader can check it. Which of them a kernel has is asked of it: arm64 has none of
 * those without {@code at}, and older kernels lack the newest.
 *
 * <p>Not seen: writes through io_uring, mmap(2) and 32-bit programs, whose calls the kernel's
 * tracing does not tell.
 *
 * @param name the kernel's, as in {@code sys_exit_<name>}
 */
record WriteCall(String name, Kind kind) {

  enum Kind {
    /**
     * Whether a write or a read was refused, the flags must say where the error is not of writing
     * alone.
     */
    OPEN,
    /** Changes what a path names: each of the errors is a refusal. */
    CHANGE,
    /**
     * Writes by descriptor, or does other things as well: EPERM and EACCES come from firewalls,
     * sealed memory, ports below 1024 and probes of extended attributes, so only a read-only or
     * full file system counts.
     */
    DATA;

    boolean counts(WriteErrno errno) {
      return switch (errno) {
        case EROFS, ENOSPC, EDQUOT -> true;
        case EACCES, EPERM -> this != DATA;
      };
    }
  }

  static final List<WriteCall> ALL =
      Stream.of(
              of(Kind.OPEN, "open openat openat2 open_by_handle_at"),
              of(Kind.CHANGE, "creat mkdir mkdirat mknod mknodat unlink unlinkat rmdir"),
              of(Kind.CHANGE, "rename renameat renameat2 symlink symlinkat link linkat truncate"),
              of(Kind.CHANGE, "chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat"),
              of(Kind.CHANGE, "utime utimes futimesat utimensat"),
              of(Kind.DATA, "setxattr lsetxattr fsetxattr setxattrat"),
              of(Kind.DATA, "removexattr lremovexattr fremovexattr removexattrat"),
              of(Kind.DATA, "write pwrite64 writev pwritev pwritev2 ftruncate fallocate"),
              of(Kind.DATA, "sendfile64 copy_file_range splice fsync fdatasync bind"))
          .flatMap(calls -> calls)
          .toList();

  private static Stream<WriteCall> of(Kind kind, String names) {
    return Stream.of(names.split(" ", -1)).map(name -> new WriteCall(name, kind));
  }

  boolean counts(WriteErrno errno) {
    return kind.counts(errno);
  }

  /** Whether the error alone does not say that a write was asked for. */
  boolean isUnclear(WriteErrno errno) {
    return kind == Kind.OPEN && (errno == WriteErrno.EACCES || errno == WriteErrno.EPERM);
  }

  /** For the event's filter: {@code ret==-30||ret==-28||…}. */
  String filter() {
    return String.join(
        "||",
        Stream.of(WriteErrno.values())
            .filter(this::counts)
            .map(errno -> "ret==-" + errno.number())
            .toList());
  }

  String exitEvent() {
    return "sys_exit_" + name;
  }

  String enterEvent() {
    return "sys_enter_" + name;
  }
}
