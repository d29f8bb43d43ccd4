package io.bilgewatch.agent.event;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an event says of whose it may be.
 *
 * @param pid of the first pid namespace, a thread's or a process's
 * @param when it happened, by the host's wall clock
 * @param selinuxContext of the process, as {@code system_u:system_r:container_t:s0:c104,c560}
 * @param appArmorProfile of the process
 */
public record Clue(
    OptionalInt pid,
    Instant when,
    Optional<String> selinuxContext,
    Optional<String> appArmorProfile) {

  public Clue {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(when, "when");
    Objects.requireNonNull(selinuxContext, "selinuxContext");
    Objects.requireNonNull(appArmorProfile, "appArmorProfile");
  }

  public static Clue ofProcess(int pid, Instant when) {
    return new Clue(OptionalInt.of(pid), when, Optional.empty(), Optional.empty());
  }
}
