package io.bilgewatch.agent.watch;

import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Sysinfo;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The sign that ends the rest of much at once: the kernel's memory as a whole, which one call tells
 * that waits for nobody. Where the shared memory is what it was, no tmpfs has grown; where much of
 * the available is gone, somebody took it. For one thread.
 */
final class MemorySign {
  private static final long MUCH_BYTES = 16 << 20;

  /**
   * Where more than this part of all memory is free, the kernel takes no page cache away for who
   * wants memory, so that what is free is less by what was taken.
   */
  private static final int PLENTY = 16;

  private final Supplier<Reading<Memory>> kernel;
  private OptionalLong shared = OptionalLong.empty();
  private OptionalLong sharedTaken = OptionalLong.empty();
  private OptionalLong freeTaken = OptionalLong.empty();
  private OptionalLong availableTaken = OptionalLong.empty();

  /** The kernel's, in bytes; shared memory is that of every tmpfs, and all other. */
  record Memory(long totalBytes, long freeBytes, long sharedBytes) {
    boolean isPlentyFree() {
      return freeBytes > totalBytes / PLENTY;
    }
  }

  MemorySign(Supplier<Reading<Memory>> kernel) {
    this.kernel = kernel;
  }

  /** Of the kernel that this runs on. */
  static MemorySign live() {
    Sysinfo sysinfo = new Sysinfo();
    return new MemorySign(() -> {
      try {
        sysinfo.read();
        return Reading.of(
            new Memory(sysinfo.totalBytes(), sysinfo.freeBytes(), sysinfo.sharedBytes()));
      } catch (ErrnoException e) {
        return Reading.failed(e);
      }
    });
  }

  /** Whether the shared memory is another than when that was last taken, or is not known. */
  boolean isSharedMoved() {
    shared =
        kernel.get() instanceof Reading.Present<Memory>(Memory memory)
            ? OptionalLong.of(memory.sharedBytes())
            : OptionalLong.empty();
    return shared.isEmpty() || !shared.equals(sharedTaken);
  }

  /** What was last seen of the shared memory is known from now on. */
  void takeShared() {
    sharedTaken = shared;
  }

  /**
   * Whether much of the available memory went since the last call, or it is not known.
   *
   * @param host reads the host's memory; asked where what is free does not tell
   */
  boolean takeMuchLess(Supplier<Reading<HostMemory>> host) {
    OptionalLong freeBefore = freeTaken;
    freeTaken = OptionalLong.empty();
    if (kernel.get() instanceof Reading.Present<Memory>(Memory memory)) {
      freeTaken = OptionalLong.of(memory.freeBytes());
      if (memory.isPlentyFree() && !isMuchLess(freeBefore, freeTaken)) {
        availableTaken = OptionalLong.empty();
        return false;
      }
    }
    OptionalLong availableBefore = availableTaken;
    availableTaken =
        host.get() instanceof Reading.Present<HostMemory>(HostMemory memory)
            ? OptionalLong.of(memory.availableBytes())
            : OptionalLong.empty();
    return isMuchLess(availableBefore, availableTaken);
  }

  /** Or not known. */
  private static boolean isMuchLess(OptionalLong before, OptionalLong now) {
    return before.isEmpty() || now.isEmpty() || before.getAsLong() - now.getAsLong() > MUCH_BYTES;
  }
}
