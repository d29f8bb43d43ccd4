package io.bilgewatch.libc;

import io.bilgewatch.kernel.KernelPath;

/** Lets tests of other rooms open paths as on a kernel without openat2(2). */
public final class WalkedPaths {
  private WalkedPaths() {}

  public static Fd open(Fd root, KernelPath path) throws ErrnoException {
    return OpenHow.walk(root, path);
  }
}
