package io.bilgewatch.host;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;
import oshi.util.GlobalConfig;

/** Reads the host's memory through OSHI. */
public final class HostMemoryReader {
  private final GlobalMemory memory;

  public HostMemoryReader(HostRoot host) {
    GlobalConfig.set(GlobalConfig.OSHI_UTIL_PROC_PATH, host.proc().toString());
    memory = new SystemInfo().getHardware().getMemory();
  }

  /** OSHI answers an unreadable meminfo with zeroes, and no host has no memory. */
  public Reading<HostMemory> read() {
    long total = memory.getTotal();
    long available = memory.getAvailable();
    if (total <= 0 || available <= 0) {
      return Reading.missing(Cause.FAILED, "meminfo says nothing of total or available memory");
    }
    long swapFree =
        memory.getVirtualMemory().getSwapTotal() - memory.getVirtualMemory().getSwapUsed();
    return Reading.of(new HostMemory(total, available, Math.max(0, swapFree)));
  }
}
