package io.bilgewatch.libc;

import com.sun.jna.Native;

/** The error numbers that this program decides by; the same on x86_64 and arm64 (errno(3)). */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EINVAL = 22;
  public static final int EMFILE = 24;
  public static final int ENOSPC = 28;
  public static final int ESPIPE = 29;
  public static final int EROFS = 30;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int EPROTONOSUPPORT = 93;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOBUFS = 105;
  public static final int ECONNREFUSED = 111;
  public static final int ESTALE = 116;
  public static final int EDQUOT = 122;

  private Errno() {}

  /** "ENOENT: No such file or directory", in the words of strerror(3). */
  static String describe(int errno) {
    String name =
        switch (errno) {
          case EPERM -> "EPERM";
          case ENOENT -> "ENOENT";
          case ESRCH -> "ESRCH";
          case EIO -> "EIO";
          case EBADF -> "EBADF";
          case EAGAIN -> "EAGAIN";
          case EACCES -> "EACCES";
          case EFAULT -> "EFAULT";
          case EBUSY -> "EBUSY";
          case EXDEV -> "EXDEV";
          case ENODEV -> "ENODEV";
          case ENOTDIR -> "ENOTDIR";
          case EINVAL -> "EINVAL";
          case EMFILE -> "EMFILE";
          case ENOSPC -> "ENOSPC";
          case ESPIPE -> "ESPIPE";
          case EROFS -> "EROFS";
          case EPIPE -> "EPIPE";
          case ENAMETOOLONG -> "ENAMETOOLONG";
          case ENOSYS -> "ENOSYS";
          case ELOOP -> "ELOOP";
          case ENODATA -> "ENODATA";
          case EPROTONOSUPPORT -> "EPROTONOSUPPORT";
          case EOPNOTSUPP -> "EOPNOTSUPP";
          case ENOBUFS -> "ENOBUFS";
          case ECONNREFUSED -> "ECONNREFUSED";
          case ESTALE -> "ESTALE";
          case EDQUOT -> "EDQUOT";
          default -> "errno " + errno;
        };
    return name + ": " + Libc.strerror(errno);
  }

  static int last() {
    return Native.getLastError();
  }
}
