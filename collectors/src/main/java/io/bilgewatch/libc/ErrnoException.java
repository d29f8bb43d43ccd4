package io.bilgewatch.libc;

import java.io.IOException;

/** A system call that failed, with its errno. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;
  private final int errno;

  ErrnoException(String call, String path, int errno) {
    super("%s %s: %s".formatted(call, path, Errno.describe(errno)));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
