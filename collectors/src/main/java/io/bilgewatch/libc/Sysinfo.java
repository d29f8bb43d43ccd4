package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The kernel's memory as a whole, by sysinfo(2): a call that opens no file and waits for nobody. It
 * tells of the host from any namespace, in a buffer that is used again by the next {@link #read};
 * not for several threads. {@code struct sysinfo} is the same on x86_64 and arm64: 112 bytes, words
 * of 64 bits.
 */
public final class Sysinfo {
  static final int SIZE = 112;
  static final int TOTALRAM = 32;
  static final int FREERAM = 40;
  static final int SHAREDRAM = 48;
  static final int MEM_UNIT = 104;

  /** Given back when nobody holds this any more: a reader may be at it until then. */
  private final Memory memory = new Memory(SIZE);

  public Sysinfo() {
    memory.clear();
  }

  /**
   * Fills this buffer.
   *
   * @throws ErrnoException where the call is not permitted, as by a seccomp profile
   */
  public Sysinfo read() throws ErrnoException {
    if (Libc.sysinfo(Pointer.nativeValue(memory)) != 0) {
      throw new ErrnoException("sysinfo", "the kernel's memory", Errno.last());
    }
    return this;
  }

  /** {@code MemTotal} of {@code /proc/meminfo} (proc_meminfo(5)), in bytes. */
  public long totalBytes() {
    return bytes(TOTALRAM);
  }

  /** {@code MemFree}: nobody has it, not even the page cache. */
  public long freeBytes() {
    return bytes(FREERAM);
  }

  /**
   * {@code Shmem}: every tmpfs and all other shared memory together. Small changes show a second or
   * two late, when each processor has handed in what it counted.
   */
  public long sharedBytes() {
    return bytes(SHAREDRAM);
  }

  private long bytes(int field) {
    return memory.getLong(field) * Integer.toUnsignedLong(memory.getInt(MEM_UNIT));
  }
}
