package io.bilgewatch.agent.event;

import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryUsage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A look at the OOM kill counter of a container's memory cgroup.
 *
 * @param epoch names the cgroup's life: another one after each start of the container, since the
 *     cgroup is then a new one that counts from 0
 * @param since when that life began, as nearly as can be told
 * @param kills empty where the counter can't be read
 * @param only the one cgroup whose kills the counter counts (version 1); empty where it counts its
 *     subtree's (version 2)
 */
public record CounterReading(
    String epoch,
    Instant since,
    OptionalLong kills,
    Optional<String> only,
    Optional<CauseHint> hint) {

  public static CounterReading of(
      String epoch, Instant since, MemoryCgroup.Version version, MemoryUsage usage) {
    boolean alone = version == MemoryCgroup.Version.V1;
    return new CounterReading(
        epoch,
        since,
        usage.oomKills(),
        alone ? Optional.of(usage.path()) : Optional.empty(),
        CauseHint.of(usage));
  }
}
