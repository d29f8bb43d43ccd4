package io.bilgewatch.host;

/**
 * The host's memory, in bytes.
 *
 * @param availableBytes what can be had without swapping (MemAvailable, proc_meminfo(5))
 */
public record HostMemory(long totalBytes, long availableBytes, long swapFreeBytes) {

  /** What can still be taken before the host's own OOM killer comes. */
  public long headroomBytes() {
    return availableBytes + swapFreeBytes;
  }
}
