package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.KernelWriteFailures;
import io.bilgewatch.agent.event.Attributed;
import io.bilgewatch.agent.event.Attribution;
import io.bilgewatch.agent.event.Clue;
import io.bilgewatch.agent.event.EventBook;
import io.bilgewatch.agent.event.EventMetric;
import io.bilgewatch.agent.event.HostEvent.WriteFailed;
import io.bilgewatch.agent.event.HostEvent.WriteSource;
import io.bilgewatch.agent.event.NameWait;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.containerlog.WriteFailure;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.tracefs.FailedWrite;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Failed writes from both sources: the containers' logs, and the kernel where the operator wants
 * it. Those of the host's own processes are nobody's business here.
 */
final class WriteFailureWatch implements AutoCloseable {
  private final EventBook book;
  private final Attribution attribution;
  private final InstantSource clock;
  private final NameWait<FailedWrite> wait;
  private final Optional<ContainerLogWatch> logs;
  private final Optional<KernelWriteFailureWatch> kernel;

  WriteFailureWatch(
      Configuration.WriteFailures config,
      HostRoot host,
      EventBook book,
      Attribution attribution,
      InstantSource clock) {
    this.book = book;
    this.attribution = attribution;
    this.clock = clock;
    this.wait = new NameWait<>(attribution);
    this.logs =
        config.log()
            ? Optional.of(new ContainerLogWatch(host, settings(config), this::inLog))
            : Optional.empty();
    this.kernel =
        config.kernel() == KernelWriteFailures.TRACEFS
            ? Optional.of(
                new KernelWriteFailureWatch(host, config.kernelDuration(), clock, this::refused))
            : Optional.empty();
  }

  /** All together may read as much as eight that are busy. */
  private static ContainerLogWatch.Settings settings(Configuration.WriteFailures config) {
    long one = config.logBytesPerSecond();
    return new ContainerLogWatch.Settings(one, 8 * one);
  }

  void start() {
    logs.ifPresent(ContainerLogWatch::start);
    kernel.ifPresent(KernelWriteFailureWatch::start);
  }

  /** To be called on each tick. */
  void watch(Collection<Container> containers) {
    logs.ifPresent(watch -> watch.watch(containers));
    settled(waited());
  }

  Map<String, Long> skippedLogBytes() {
    return logs.map(ContainerLogWatch::skippedBytes).orElse(Map.of());
  }

  List<CollectorStatus> statuses() {
    List<CollectorStatus> all = new ArrayList<>();
    logs.ifPresent(watch -> all.add(watch.status()));
    kernel.ifPresent(watch -> all.add(watch.status()));
    return all;
  }

  private void inLog(Container container, WriteFailure failure, Instant at, int count) {
    book.happened(
        new WriteFailed(
            at,
            new Whose.Container(container.id(), container.name()),
            failure.errno(),
            failure.path(),
            failure.program(),
            WriteSource.LOG),
        count);
  }

  /** On the trace's own thread. */
  private void refused(FailedWrite write) {
    Attributed attributed =
        write
            .containerId()
            .map(id -> attribution.named(id, Attributed.How.CGROUP))
            .orElseGet(() -> attribution.attribute(Clue.ofProcess(write.tid(), clock.instant())));
    settled(offered(write, attributed));
  }

  private synchronized List<NameWait.Settled<FailedWrite>> offered(
      FailedWrite write, Attributed attributed) {
    return wait.offer(write, attributed, System.nanoTime());
  }

  private synchronized List<NameWait.Settled<FailedWrite>> waited() {
    return wait.settle(System.nanoTime());
  }

  private void settled(List<NameWait.Settled<FailedWrite>> all) {
    for (NameWait.Settled<FailedWrite> one : all) {
      switch (Whose.of(one.attributed())) {
        case Whose.Container container -> book.happened(event(one.event(), container));
        case Whose.Host() -> {}
        // Most likely the host's own: not to be laid at any container's door.
        case Whose.Unattributed(_) -> book.unattributed(EventMetric.WRITE_FAILURES);
      }
    }
  }

  private WriteFailed event(FailedWrite write, Whose whose) {
    return new WriteFailed(
        clock.instant(),
        whose,
        Optional.of(write.errno()),
        write.path(),
        write.comm(),
        WriteSource.KERNEL);
  }

  @Override
  public void close() {
    logs.ifPresent(ContainerLogWatch::close);
    kernel.ifPresent(KernelWriteFailureWatch::close);
  }
}
