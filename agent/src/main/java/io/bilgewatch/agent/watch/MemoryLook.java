package io.bilgewatch.agent.watch;

import java.time.Instant;
import java.util.function.Predicate;

/**
 * A look at all memory cgroups, which takes a while where the host is slow.
 *
 * @param counted by container id, whether its count of OOM kills was read, or is of before
 */
record MemoryLook(Instant began, Instant ended, Predicate<String> counted) {
  /** One that read everything, and at once. */
  static MemoryLook whole(Instant at) {
    return new MemoryLook(at, at, _ -> true);
  }
}
