package io.bilgewatch.libc;

/** For tests that count what a walk allocates: the linker's share is not the walk's. */
public final class LinkedEntryStat {
  private LinkedEntryStat() {}

  /** From now on, statx is the linker's. */
  public static void use() {
    EntryStat.pays = true;
  }
}
