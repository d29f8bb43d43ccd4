package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.posture.HardeningChecks;
import io.bilgewatch.agent.posture.PostureFacts;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.risk.TmpfsRisks;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts the view together from the readings: a pure function. */
final class ViewComposer {
  private static final String NOT_RUNNING = "the container does not run";

  private final Readings readings;

  ViewComposer(Readings readings) {
    this.readings = readings;
  }

  HostView compose(Instant at, List<CollectorStatus> statuses) {
    List<ContainerView> containers =
        readings.inventory().containers().stream()
            .map(this::container)
            .sorted(Comparator.comparing(ContainerView::name).thenComparing(ContainerView::id))
            .toList();
    return new HostView(
        at,
        containers,
        readings.inventory().roots(),
        readings.inventory().unread(),
        readings.filesystems(),
        readings.hostMemory(),
        hostRisk(),
        statuses);
  }

  private ContainerView container(Container container) {
    String id = container.id();
    boolean declared = container.state().running();
    Reading<ProcessFacts> process =
        declared ? Readings.of(readings.processes(), id) : Reading.notApplicable(NOT_RUNNING);
    Reading<MountTable> mounts = flat(process.map(ProcessFacts::mounts));
    var tmpfs = ifRunning(process, Readings.of(readings.tmpfs(), id));
    Reading<MemoryUsage> memory = ifRunning(process, Readings.of(readings.memory(), id));
    return new ContainerView(
        container,
        declared && !isGone(process),
        HardeningChecks.rootReadOnly(mounts),
        mounts.map(table -> WritableMounts.of(table, container.state())),
        Readings.of(readings.layers(), id),
        Readings.of(readings.quotas(), id),
        Readings.of(readings.logs(), id),
        tmpfs,
        memory,
        risk(tmpfs, memory),
        HardeningChecks.answer(posture(container, process, mounts, memory, tmpfs)));
  }

  private static PostureFacts posture(
      Container container,
      Reading<ProcessFacts> process,
      Reading<MountTable> mounts,
      Reading<MemoryUsage> memory,
      Reading<List<Reading<TmpfsUsage>>> tmpfs) {
    return new PostureFacts(
        container,
        mounts,
        flat(process.map(ProcessFacts::posture)),
        memory,
        tmpfs,
        flat(process.map(ProcessFacts::volumesWritable)),
        flat(process.map(ProcessFacts::homeWritable)));
  }

  private static boolean isGone(Reading<ProcessFacts> process) {
    return process instanceof Reading.Missing<ProcessFacts>(Reading.Cause cause, _)
        && cause == Reading.Cause.VANISHED;
  }

  private static <T> Reading<T> ifRunning(Reading<ProcessFacts> process, Reading<T> reading) {
    return switch (process) {
      case Reading.Missing<ProcessFacts> missing -> missing.as();
      case Reading.Present<ProcessFacts> _ -> reading;
    };
  }

  private static <T> Reading<T> flat(Reading<Reading<T>> nested) {
    return switch (nested) {
      case Reading.Missing<Reading<T>> missing -> missing.as();
      case Reading.Present<Reading<T>>(Reading<T> inner) -> inner;
    };
  }

  private Reading<TmpfsRisk> risk(
      Reading<List<Reading<TmpfsUsage>>> tmpfs, Reading<MemoryUsage> memory) {
    return switch (tmpfs) {
      case Reading.Missing<List<Reading<TmpfsUsage>>> missing -> missing.as();
      case Reading.Present<List<Reading<TmpfsUsage>>>(var mounts) ->
          TmpfsRisks.of(mounts, headroom(memory));
    };
  }

  /** The tighter of what the cgroup and the host leave; unknown where either is. */
  private Reading<Long> headroom(Reading<MemoryUsage> memory) {
    return switch (memory) {
      case Reading.Missing<MemoryUsage> missing -> missing.as();
      case Reading.Present<MemoryUsage>(MemoryUsage usage) ->
          hostHeadroom().map(host -> Math.min(host, usage.headroomBytes().orElse(Long.MAX_VALUE)));
    };
  }

  private Reading<Long> hostHeadroom() {
    return readings.hostMemory().map(HostMemory::headroomBytes);
  }

  private Reading<TmpfsRisk> hostRisk() {
    return flat(
        readings
            .hostTmpfs()
            .map(own -> {
              List<Reading<TmpfsUsage>> all = new ArrayList<>(own);
              readings.tmpfs().values().forEach(r -> r.optional().ifPresent(all::addAll));
              return TmpfsRisks.of(all, hostHeadroom());
            }));
  }
}
