package io.bilgewatch.agent.view;

import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    Alerting alerting) {

  public HostView {
    containers = List.copyOf(containers);
    dataRoots = Collections.unmodifiableMap(new TreeMap<>(dataRoots));
    unread = Map.copyOf(unread);
    filesystems = List.copyOf(filesystems);
    collectors = List.copyOf(collectors);
    Objects.requireNonNull(alerting, "alerting");
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
        Alerting.NONE);
  }

  public HostView with(Outlook newOutlook) {
    return with(newOutlook, alerting);
  }

  public HostView with(Alerting newAlerting) {
    return with(outlook, newAlerting);
  }

  private HostView with(Outlook newOutlook, Alerting newAlerting) {
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
        newOutlook,
        newAlerting);
  }
}
