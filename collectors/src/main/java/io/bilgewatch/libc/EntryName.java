package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** A directory entry's name in native memory, for the calls that take its address. */
public final class EntryName implements AutoCloseable {
  /** Longer ones don't exist (limits.h). */
  private static final int NAME_MAX = 255;

  private final Memory memory = new Memory(NAME_MAX + 1L);
  private final long address = Pointer.nativeValue(memory);

  /**
   * @param name without NUL
   */
  public void set(byte[] name) {
    memory.write(0, name, 0, name.length);
    memory.setByte(name.length, (byte) 0);
  }

  public long address() {
    return address;
  }

  @Override
  public void close() {
    memory.close();
  }
}
