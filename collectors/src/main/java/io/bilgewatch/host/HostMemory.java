package io.bilgewatch.host;

import java.util.OptionalLong;

/**
 * The host's memory, in bytes.
 *
 * @param availableBytes what can be had without swapping (MemAvailable, proc_meminfo(5))
 * @param sharedBytes every tmpfs and all other shared memory together (Shmem); empty where the
 *     kernel does not tell. Small changes show a second or two late, when each processor has handed
 *     in what it counted
 */
public record HostMemory(
    long totalBytes, long availableBytes, long swapFreeBytes, OptionalLong sharedBytes) {

  public HostMemory(long totalBytes, long availableBytes, long swapFreeBytes) {
    this(totalBytes, availableBytes, swapFreeBytes, OptionalLong.empty());
  }

  /** What can still be taken before the host's own OOM killer comes. */
  public long headroomBytes() {
    return availableBytes + swapFreeBytes;
  }
}
