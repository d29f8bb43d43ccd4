package io.bilgewatch.agent.view;

import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything known of the host at one moment. Metrics, page, API and command line are renderings of
 * this one tree, so they can't disagree.
 *
 * @param at when it was put together
 * @param dataRoots for each watched data root, as the host names it, its number of containers
 * @param unread container id to why its state is not known or not up to date
 * @param risk of all tmpfs of the host against its memory
 * @param events what happened, of before the agent's start too
 * @param outlook where things are going
 * @param alerting what is to be told to somebody
 * @param contracts which containers keep their contracts
 */
public record HostView(
    Instant at,
    List<ContainerView> containers,
    Map<Path, Reading<Integer>> dataRoots,
    Map<String, String> unread,
    List<BackingFilesystem> filesystems,
    Reading<HostMemory> memory,
    Reading<TmpfsRisk> risk,
    Events events,
    List<CollectorStatus> collectors,
    Outlook outlook,
    Alerting alerting,
    Contracts contracts) {

  public HostView {
    containers = List.copyOf(containers);
    dataRoots = Collections.unmodifiableMap(new TreeMap<>(dataRoots));
    unread = Map.copyOf(unread);
    filesystems = List.copyOf(filesystems);
    collectors = List.copyOf(collectors);
    Objects.requireNonNull(alerting, "alerting");
    Objects.requireNonNull(contracts, "contracts");
  }

  /** What was read, before anybody thought about where it is going. */
  public static HostView read(
      Instant at,
      List<ContainerView> containers,
      Map<Path, Reading<Integer>> dataRoots,
      Map<String, String> unread,
      List<BackingFilesystem> filesystems,
      Reading<HostMemory> memory,
      Reading<TmpfsRisk> risk,
      Events events,
      List<CollectorStatus> collectors) {
    return new HostView(
        at,
        containers,
        dataRoots,
        unread,
        filesystems,
        memory,
        risk,
        events,
        collectors,
        Outlook.NONE,
        Alerting.NONE,
        Contracts.NONE);
  }

  public HostView with(Outlook newOutlook) {
    return with(newOutlook, alerting, contracts);
  }

  public HostView with(Alerting newAlerting) {
    return with(outlook, newAlerting, contracts);
  }

  public HostView with(Contracts newContracts) {
    return with(outlook, alerting, newContracts);
  }

  /** The same of these containers alone, in this order. */
  public HostView with(List<ContainerView> some) {
    return with(some, outlook, alerting, contracts);
  }

  private HostView with(Outlook newOutlook, Alerting newAlerting, Contracts newContracts) {
    return with(containers, newOutlook, newAlerting, newContracts);
  }

  private HostView with(
      List<ContainerView> some, Outlook newOutlook, Alerting newAlerting, Contracts newContracts) {
    return new HostView(
        at,
        some,
        dataRoots,
        unread,
        filesystems,
        memory,
        risk,
        events,
        collectors,
        newOutlook,
        newAlerting,
        newContracts);
  }

  /** By its name, its id, or the beginning of one that only one has. */
  public Optional<ContainerView> container(String nameOrId) {
    Optional<ContainerView> named =
        containers().stream().filter(one -> one.name().equals(nameOrId)).findFirst();
    if (named.isPresent() || nameOrId.isEmpty()) {
      return named;
    }
    List<ContainerView> byId =
        containers().stream().filter(one -> one.id().startsWith(nameOrId)).toList();
    return byId.size() == 1 ? Optional.of(byId.getFirst()) : Optional.empty();
  }

  /** The file system that its layer lies on: the known one that is mounted nearest to it. */
  public Optional<BackingFilesystem> filesystemUnder(ContainerView container) {
    KernelPath root = KernelPath.of(container.container().dataRoot().toString());
    BackingFilesystem nearest = null;
    for (BackingFilesystem one : filesystems) {
      if (root.isAtOrBelow(one.mountPoint())
          && (nearest == null || one.mountPoint().length() > nearest.mountPoint().length())) {
        nearest = one;
      }
    }
    return Optional.ofNullable(nearest);
  }
}
