package io.bilgewatch.libc;

import io.bilgewatch.kernel.Caused;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;

/** A system call that failed, with its errno. */
public final class ErrnoException extends IOException implements Caused {
  private static final long serialVersionUID = 1L;
  private final int errno;

  ErrnoException(String call, String path, int errno) {
    super("%s %s: %s".formatted(call, path, Errno.describe(errno)));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  @Override
  public Reading.Cause cause() {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES -> Reading.Cause.NOT_PERMITTED;
      case Errno.ENOENT, Errno.ESRCH, Errno.ENODEV, Errno.ESTALE -> Reading.Cause.VANISHED;
      case Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EPROTONOSUPPORT -> Reading.Cause.UNSUPPORTED;
      default -> Reading.Cause.FAILED;
    };
  }
}
