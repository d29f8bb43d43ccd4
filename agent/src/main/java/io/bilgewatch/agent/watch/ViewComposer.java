package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.risk.TmpfsRisks;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts the view together from the readings: a pure function of them, whatever is taken over from
 * the view before.
 */
final class ViewComposer {
  private static final String NOT_RUNNING = "the container does not run";

  private static final Comparator<ContainerView> BY_NAME =
      Comparator.comparing(ContainerView::name).thenComparing(ContainerView::id);

  private static final Reading<ProcessFacts> PROCESS_NOT_RUNNING =
      Reading.notApplicable(NOT_RUNNING);

  private final Readings readings;
  private final ContainerViews views;
  private final Reading<Long> hostHeadroom;

  ViewComposer(Readings readings) {
    this(readings, new ContainerViews(true));
  }

  /**
   * @param views of the composers before, and of those to come
   */
  ViewComposer(Readings readings, ContainerViews views) {
    this.readings = readings;
    this.views = views;
    this.hostHeadroom = readings.hostMemory().map(HostMemory::headroomBytes);
  }

  HostView compose(Instant at, Events events, List<CollectorStatus> statuses) {
    List<ContainerView> containers = new ArrayList<>(readings.inventory().containers().size());
    for (Container container : readings.inventory().containers()) {
      containers.add(container(container));
    }
    containers.sort(BY_NAME);
    views.end();
    return HostView.read(
        at,
        containers,
        readings.inventory().roots(),
        readings.inventory().unread(),
        readings.filesystems(),
        readings.hostMemory(),
        hostRisk(),
        events,
        statuses);
  }

  private ContainerView container(Container container) {
    String id = container.id();
    // While Docker waits to restart it, a container runs by its state, and has no process.
    boolean declared = container.state().running() && container.state().pid() > 0;
    Reading<ProcessFacts> process =
        declared ? Readings.of(readings.processes(), id) : PROCESS_NOT_RUNNING;
    Reading<MemoryUsage> memory = ifRunning(process, Readings.of(readings.memory(), id));
    return views.of(
        new ContainerViews.Parts(
            container,
            declared,
            isGone(process),
            process,
            ifRunning(process, Readings.of(readings.tmpfs(), id)),
            memory,
            Readings.of(readings.layers(), id),
            Readings.of(readings.quotas(), id),
            ifRunning(process, Readings.of(readings.deletedFiles(), id)),
            Readings.of(readings.logs(), id),
            headroom(memory)));
  }

  private static boolean isGone(Reading<ProcessFacts> process) {
    return process instanceof Reading.Missing<ProcessFacts>(Cause cause, _)
        && cause == Cause.VANISHED;
  }

  private static <T> Reading<T> ifRunning(Reading<ProcessFacts> process, Reading<T> reading) {
    return process instanceof Reading.Missing<ProcessFacts> missing ? missing.as() : reading;
  }

  /** The tighter of what the cgroup and the host leave; unknown where either is. */
  private Reading<Long> headroom(Reading<MemoryUsage> memory) {
    if (!(memory instanceof Reading.Present<MemoryUsage>(MemoryUsage usage))) {
      return ((Reading.Missing<MemoryUsage>) memory).as();
    }
    if (isUntold(usage)) {
      return Reading.missing(Cause.UNSUPPORTED, "the kernel does not tell what a limit leaves");
    }
    return hostHeadroom instanceof Reading.Present<Long>(Long host)
        ? Reading.of(Math.min(host, usage.headroomBytes().orElse(Long.MAX_VALUE)))
        : hostHeadroom;
  }

  /** A limit whose room is not known is not the same as none. */
  private static boolean isUntold(MemoryUsage usage) {
    return usage.headroomBytes().isEmpty() && usage.limit() instanceof Limit.Bytes;
  }

  private Reading<TmpfsRisk> hostRisk() {
    return ContainerViews.flat(
        readings
            .hostTmpfs()
            .map(own -> {
              List<Reading<TmpfsUsage>> all = new ArrayList<>(own);
              for (Container container : readings.inventory().containers()) {
                all.addAll(tmpfsOf(container));
              }
              return TmpfsRisks.of(all, hostHeadroom);
            }));
  }

  /** What could not be read stands for itself, so that the sum is not told without it. */
  private List<Reading<TmpfsUsage>> tmpfsOf(Container container) {
    Reading<ProcessFacts> process = readings.processes().get(container.id());
    if (process == null) {
      return List.of();
    }
    Reading<List<Reading<TmpfsUsage>>> tmpfs =
        ifRunning(process, Readings.of(readings.tmpfs(), container.id()));
    if (tmpfs instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts)) {
      return mounts;
    }
    var missing = (Reading.Missing<List<Reading<TmpfsUsage>>>) tmpfs;
    return missing.cause().isFault() ? List.of(missing.as()) : List.of();
  }
}
