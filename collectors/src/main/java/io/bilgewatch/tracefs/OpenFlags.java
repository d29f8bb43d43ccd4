package io.bilgewatch.tracefs;

/** Flags of open(2), those that ask for writing; the same on x86_64 and arm64. */
final class OpenFlags {
  private static final long ACCESS = 3;
  private static final long WRITE_ONLY = 1;
  private static final long READ_WRITE = 2;
  private static final long CREATE = 0x40;
  private static final long TRUNCATE = 0x200;

  private OpenFlags() {}

  static boolean askToWrite(long flags) {
    long access = flags & ACCESS;
    return access == WRITE_ONLY || access == READ_WRITE || (flags & (CREATE | TRUNCATE)) != 0;
  }
}
