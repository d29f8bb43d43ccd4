package io.bilgewatch.agent.it;

import io.bilgewatch.agent.event.Attributed;
import io.bilgewatch.agent.event.Attribution;
import io.bilgewatch.agent.event.Clue;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.ContainerInventory;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernellog.KernelLogItem;
import io.bilgewatch.kernellog.NetlinkAuditSource;
import io.bilgewatch.lsm.LsmFinding;
import io.bilgewatch.lsm.LsmJoin;
import io.bilgewatch.process.ContainerOfProcess;
import io.bilgewatch.process.ForkTracker;
import io.bilgewatch.process.ProcessOwner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** Listens to the live kernel's denials, and says whose they are, until it is closed. */
final class Denials implements AutoCloseable {
  /**
   * A denial.
   *
   * @param late whether a look at {@code /proc} when its record came would have found a container
   */
  record Heard(LsmFinding finding, Attributed attributed, boolean late) {}

  private final NetlinkAuditSource source;
  private final ForkTracker forks;
  private final ContainerOfProcess processes = new ContainerOfProcess(HostRoot.LIVE);
  private final Attribution attribution;
  private final LsmJoin join = new LsmJoin();
  private final Queue<Heard> heard = new ConcurrentLinkedQueue<>();
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("denials").daemon().unstarted(this::run);
  private volatile boolean stopping;

  private Denials(NetlinkAuditSource source, ForkTracker forks, List<Container> containers) {
    this.source = source;
    this.forks = forks;
    this.attribution = new Attribution(forks::at, processes::at, () -> containers);
  }

  /** Of containers that are there already. */
  static Denials listen(PrivateEngine engine) throws IOException {
    List<Container> containers =
        new ContainerInventory(HostRoot.LIVE).read(List.of(engine.dataRoot())).containers();
    Denials denials =
        switch (ForkTracker.start(HostRoot.LIVE)) {
          case Reading.Present<ForkTracker>(ForkTracker forks) ->
              new Denials(NetlinkAuditSource.open(), forks, containers);
          case Reading.Missing<ForkTracker> missing -> throw new AssertionError(missing);
        };
    denials.thread.start();
    int self = (int) ProcessHandle.current().pid();
    Await.until(
        "the scan has been here",
        Duration.ofSeconds(20),
        () -> !(denials.forks.at(self, System.nanoTime()) instanceof ProcessOwner.Unknown));
    return denials;
  }

  private void run() {
    while (!stopping) {
      try {
        source.next(Duration.ofMillis(50)).ifPresent(this::take);
        join.expire(System.nanoTime()).forEach(this::take);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void take(KernelLogItem item) {
    switch (item) {
      case KernelLogItem.Audit audit ->
          join.offer(audit.record(), System.nanoTime()).forEach(this::take);
      case KernelLogItem.Lost missing -> lost.add(missing.why());
      default -> {}
    }
  }

  private void take(LsmFinding finding) {
    boolean late =
        finding.pid().isPresent()
            && processes.now(finding.pid().getAsInt()) instanceof ProcessOwner.OfContainer;
    Clue clue = new Clue(finding.pid(), finding.id().instant(), Optional.empty(), Optional.empty());
    heard.add(new Heard(finding, attribution.attribute(clue), late));
  }

  /** Those of a kind, as soon as there are so many, or else all there are after some seconds. */
  List<Heard> await(int count, Predicate<LsmFinding> wanted) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (of(wanted).size() < count && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return of(wanted);
  }

  List<Heard> of(Predicate<LsmFinding> wanted) {
    return heard.stream().filter(one -> wanted.test(one.finding())).toList();
  }

  List<String> lost() {
    return List.copyOf(lost);
  }

  long records() {
    return source.records();
  }

  ForkTracker.Figures forks() {
    return forks.figures();
  }

  @Override
  public void close() {
    stopping = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    source.close();
    forks.close();
    processes.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
