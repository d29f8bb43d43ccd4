package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.event.Events;
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
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
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

  HostView compose(Instant at, Events events, List<CollectorStatus> statuses) {
    List<ContainerView> containers =
        readings.inventory().containers().stream()
            .map(this::container)
            .sorted(Comparator.comparing(ContainerView::name).thenComparing(ContainerView::id))
            .toList();
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
        ifRunning(process, Readings.of(readings.deletedFiles(), id)),
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
    return process instanceof Reading.Missing<ProcessFacts>(Cause cause, _)
        && cause == Cause.VANISHED;
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
          isUntold(usage)
              ? Reading.missing(Cause.UNSUPPORTED, "the kernel does not tell what a limit leaves")
              : hostHeadroom()
                  .map(host -> Math.min(host, usage.headroomBytes().orElse(Long.MAX_VALUE)));
    };
  }

  /** A limit whose room is not known is not the same as none. */
  private static boolean isUntold(MemoryUsage usage) {
    return usage.headroomBytes().isEmpty() && usage.limit() instanceof Limit.Bytes;
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
              readings.inventory().containers().forEach(c -> all.addAll(tmpfsOf(c)));
              return TmpfsRisks.of(all, hostHeadroom());
            }));
  }

  /** What could not be read stands for itself, so that the sum is not told without it. */
  private List<Reading<TmpfsUsage>> tmpfsOf(Container container) {
    Reading<ProcessFacts> process = readings.processes().get(container.id());
    if (process == null) {
      return List.of();
    }
    return switch (ifRunning(process, Readings.of(readings.tmpfs(), container.id()))) {
      case Reading.Present<List<Reading<TmpfsUsage>>>(var mounts) -> mounts;
      case Reading.Missing<List<Reading<TmpfsUsage>>> missing ->
          missing.cause().isFault() ? List.of(missing.as()) : List.of();
    };
  }
}
