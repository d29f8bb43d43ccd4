package io.bilgewatch.agent.watch;

import java.time.Instant;
import java.util.function.Predicate;

/**
 * A look at all memory cgroups.
 *
 * @param counted by container id, whether its count of OOM kills was read, or is of before
 */
record MemoryLook(Instant at, Predicate<String> counted) {
  /** One that read everything. */
  static MemoryLook whole(Instant at) {
    return new MemoryLook(at, _ -> true);
  }
}
