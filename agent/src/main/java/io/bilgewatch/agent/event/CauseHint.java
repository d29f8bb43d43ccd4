package io.bilgewatch.agent.event;

import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.oom.OomCause;
import java.util.Optional;

/**
 * What a container's memory held when it was last looked at: the next best thing to what the
 * kernel's log says of the moment of the kill.
 */
public record CauseHint(long shmemBytes, long usageBytes, Limit limit) {

  /** Empty where the kernel does not tell what is shared memory. */
  public static Optional<CauseHint> of(MemoryUsage usage) {
    return usage.shmemBytes().isPresent()
        ? Optional.of(
            new CauseHint(usage.shmemBytes().getAsLong(), usage.usageBytes(), usage.limit()))
        : Optional.empty();
  }

  /**
   * When the limit was hit, that much was charged; what a killed process held is gone since, but a
   * tmpfs keeps its pages.
   */
  OomCause atLimit() {
    return limit instanceof Limit.Bytes(long bytes)
        ? OomCause.of(shmemBytes, bytes)
        : OomCause.of(shmemBytes, usageBytes);
  }

  /** When the host's memory had run out, the limit was not reached. */
  OomCause belowLimit() {
    return OomCause.of(shmemBytes, usageBytes);
  }
}
