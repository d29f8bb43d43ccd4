package io.bilgewatch.agent.event;

import io.bilgewatch.agent.event.Attributed.How;
import io.bilgewatch.agent.event.Attributed.ToContainer;
import io.bilgewatch.agent.event.Attributed.ToHost;
import io.bilgewatch.agent.event.Attributed.ToUnlisted;
import io.bilgewatch.agent.event.Attributed.Unattributed;
import io.bilgewatch.docker.Container;
import io.bilgewatch.process.ProcessOwner;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds the container that an event belongs to: by the fork cache, which also knows who has gone;
 * by the process's cgroups; by its SELinux compartment; by its AppArmor profile. Who none of them
 * knows is not guessed at. For several threads.
 */
public final class Attribution {
  private final OwnerSource forkCache;
  private final OwnerSource cgroups;
  private final Supplier<? extends Collection<Container>> containers;
  private final ContainerNames names = new ContainerNames();

  /**
   * @param forkCache {@link OwnerSource#NONE} where there is none
   * @param containers the newest inventory's; the same object where nothing changed
   */
  public Attribution(
      OwnerSource forkCache,
      OwnerSource cgroups,
      Supplier<? extends Collection<Container>> containers) {
    this.forkCache = forkCache;
    this.cgroups = cgroups;
    this.containers = containers;
  }

  public Attributed attribute(Clue clue) {
    Attributed byProcess =
        clue.pid().isPresent()
            ? byProcess(clue.pid().getAsInt(), clue.when())
            : new Unattributed("the record names no process");
    if (!(byProcess instanceof Unattributed)) {
      return byProcess;
    }
    return byLabel(clue.selinuxContext(), SecurityLabels::bySelinux, How.SELINUX_LEVEL)
        .or(() -> byLabel(clue.appArmorProfile(), SecurityLabels::byAppArmor, How.APPARMOR_PROFILE))
        .orElse(byProcess);
  }

  /**
   * A container that is found by its id alone, as by a cgroup that the kernel names.
   *
   * @return with a name where the inventory has it by now
   */
  public Attributed named(String id, How how) {
    return name(id)
        .<Attributed>map(name -> new ToContainer(id, name, how))
        .orElseGet(() -> new ToUnlisted(id, how));
  }

  private Attributed byProcess(int pid, Instant when) {
    ProcessOwner known = forkCache.at(pid, when);
    if (known instanceof ProcessOwner.OfContainer(String id)) {
      return named(id, How.FORK_CACHE);
    }
    // Also who was the host's at its exec: a runtime may have moved it into a container since.
    return switch (cgroups.at(pid, when)) {
      case ProcessOwner.OfContainer(String id) -> named(id, How.CGROUP);
      case ProcessOwner.OfHost _ -> new ToHost();
      case ProcessOwner.Unknown(String why) ->
          known instanceof ProcessOwner.OfHost ? new ToHost() : new Unattributed(why);
    };
  }

  private Optional<Attributed> byLabel(Optional<String> label, Lookup lookup, How how) {
    return label
        .flatMap(text -> lookup.find(text, containers.get()))
        .map(found -> new ToContainer(found.id(), found.name(), how));
  }

  private synchronized Optional<String> name(String id) {
    names.learn(containers.get());
    return names.of(id);
  }

  /** Of the one container that has a label. */
  @FunctionalInterface
  private interface Lookup {
    Optional<Container> find(String label, Collection<Container> containers);
  }
}
