package io.bilgewatch.libc;

/** Errors of the system that no test can bring about. */
public final class Errors {
  private Errors() {}

  public static ErrnoException of(int errno) {
    return new ErrnoException("read", "a fake device", errno);
  }
}
