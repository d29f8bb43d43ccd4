package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.time.Duration;

/**
 * One process for as long as it lives: its number is given to another one later, its number
 * together with the time of its start is not.
 *
 * @param startTicks since boot, in units of {@code sysconf(_SC_CLK_TCK)}: field 22 of {@code
 *     /proc/<pid>/stat}
 */
public record ProcessIdentity(int pid, long startTicks) {
  /** USER_HZ is 100 on every architecture that Docker runs on. */
  static final long NANOS_A_TICK = 10_000_000;

  /** Sleep included, cut to a tick. */
  public Duration startSinceBoot() {
    return Duration.ofNanos(startTicks * NANOS_A_TICK);
  }

  /** Vanished where there is no such process. */
  public static Reading<ProcessIdentity> read(HostRoot host, int pid) {
    try {
      return Reading.of(parse(pid, KernelFile.read(host.process(pid, "stat"))));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  /** As above, by a reader that is used again and again. */
  public static Reading<ProcessIdentity> read(HostRoot host, int pid, SmallFile file) {
    try {
      KernelPath path = KernelPath.of(host.process(pid, "stat").toString());
      return Reading.of(parse(pid, file.read(path)));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  static ProcessIdentity parse(int pid, byte[] text) throws Malformed {
    return new ProcessIdentity(pid, ProcessStat.parse(text).startTicks());
  }
}
