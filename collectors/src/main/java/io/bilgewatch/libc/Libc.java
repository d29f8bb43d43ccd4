package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The C library's functions that this program calls, by JNA's direct mapping. Numbers are those of
 * the Linux generic ABI, shared by x86_64 and arm64, except where a field says otherwise. Addresses
 * are passed as {@code long}, so that a hot loop allocates nothing.
 */
final class Libc {
  static final int AT_FDCWD = -100;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int openat(int directory, byte[] path, int flags);

  static native int openat(int directory, long path, int flags);

  static native int close(int fd);

  static native long read(int fd, long buffer, long size);

  /** statx(2), glibc 2.28: one layout on every architecture. */
  static native int statx(int directory, long path, int flags, int mask, long buffer);

  static native int fstatfs(int fd, long buffer);

  static native long readlinkat(int directory, long path, long buffer, long size);

  static native long fgetxattr(int fd, byte[] name, long value, long size);

  static native long lgetxattr(long path, byte[] name, long value, long size);

  /** syscall(2): for calls without a wrapper. Every argument in a register of its own. */
  static native long syscall(long number, long a, long b, long c, long d, long e);

  static native Pointer strerror_r(int errno, long buffer, long size);

  static String strerror(int errno) {
    try (Memory buffer = new Memory(256)) {
      // The GNU variant returns the text, which need not be in the buffer.
      return strerror_r(errno, Pointer.nativeValue(buffer), buffer.size()).getString(0);
    }
  }

  /** As above with one more, for getxattrat(2). */
  static native long syscall(long number, long a, long b, long c, long d, long e, long f);

  static native long lseek(int fd, long offset, int whence);

  static native long fgetxattr(int fd, long name, long value, long size);

  static native long lgetxattr(long path, long name, long value, long size);

  static native int ioctl(int fd, long request, long argument);

  static native int clock_gettime(int clock, long time);

  /** poll(2) on an array of {@code struct pollfd}. */
  static native int poll(long fds, long count, int timeoutMillis);

  static native int socket(int domain, int type, int protocol);

  static native int bind(int fd, long address, int length);

  static native int setsockopt(int fd, int level, int option, long value, int length);

  /** recvfrom(2); {@code addressLength} points to an int. */
  static native long recvfrom(
      int fd, long buffer, long size, int flags, long address, long addressLength);

  static native long send(int fd, long buffer, long size, int flags);

  static native long sendto(
      int fd, long buffer, long size, int flags, long address, int addressLength);

  static native long write(int fd, long buffer, long size);

  static native int eventfd(int value, int flags);

  /** sysinfo(2) into a {@code struct sysinfo}. */
  static native int sysinfo(long address);

  static native int madvise(long address, long length, int advice);

  static native int tcgetattr(int fd, long termios);

  static native int tcsetattr(int fd, int when, long termios);

  static native int tcflow(int fd, int action);

  static native int kill(int pid, int signal);

  static native int unshare(int flags);

  static native int fchdir(int fd);
}
