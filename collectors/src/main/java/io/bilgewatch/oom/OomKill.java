package io.bilgewatch.oom;

import io.bilgewatch.kernel.Limit;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One process that the OOM killer ended, with what the kernel's log said around it. Lines may be
 * lost, and the kernel itself leaves out all but the kill where kills are many: only the victim is
 * always there.
 *
 * @param sinceBoot when the kernel said so
 * @param trigger the name of the process that needed the memory, made safe to print
 * @param constraint such as {@code CONSTRAINT_MEMCG}; since Linux 5.0
 * @param oomMemcg the cgroup whose limit was hit
 * @param taskMemcg the victim's cgroup: the container's own or one below it
 * @param containerId 64 hex digits: the outermost container that holds the victim
 * @param usageBytes what was charged to {@code oomMemcg}
 * @param limit of {@code oomMemcg}
 * @param shmemBytes tmpfs and shared memory charged to {@code oomMemcg}, its whole subtree counted
 */
public record OomKill(
    Duration sinceBoot,
    Victim victim,
    OomScope scope,
    Optional<String> trigger,
    Optional<String> constraint,
    Optional<String> oomMemcg,
    Optional<String> taskMemcg,
    Optional<String> containerId,
    OptionalLong usageBytes,
    Optional<Limit> limit,
    OptionalLong shmemBytes) {

  /** Empty where the figures were lost, and where the host's memory ran out: none are told then. */
  public Optional<OomCause> cause() {
    return usageBytes.isPresent() && shmemBytes.isPresent()
        ? Optional.of(OomCause.of(shmemBytes.getAsLong(), usageBytes.getAsLong()))
        : Optional.empty();
  }
}
