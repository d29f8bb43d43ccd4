package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.Switch;
import io.bilgewatch.agent.event.Attribution;
import io.bilgewatch.agent.event.EventBook;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent;
import io.bilgewatch.agent.text.LabelText;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.watch.News.Seen;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.libc.BootClock;
import io.bilgewatch.process.ContainerOfProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that notices what happens, each on a thread of its own, and the book that they write
 * it down in. Begins with the first inventory, since an event wants a name.
 */
final class EventWatch implements AutoCloseable {
  private final EventBook book;
  private final OomWatch kills;
  private final ForkWatch forks;

  /** Not closed: the tick's thread may still ask it then. */
  private final BootClock bootClock = new BootClock();

  private final ContainerOfProcess processes;
  private final KernelLogWatch kernelLog;
  private final WriteFailureWatch writeFailures;
  private volatile Collection<Container> containers = List.of();
  private boolean started;

  /**
   * @param wake called when something is to be settled before the next tick
   */
  EventWatch(Configuration config, HostRoot host, InstantSource clock, Runnable wake) {
    this.book =
        new EventBook(
            new LabelText(config.metrics().maxLabelLength()),
            config.metrics().maxPathSeries(),
            config.metrics().paths() == Switch.ON);
    this.kills =
        new OomWatch(book, clock.instant(), wake, () -> Duration.ofNanos(bootClock.nanos()));
    this.forks = new ForkWatch(host, clock);
    this.processes = new ContainerOfProcess(host);
    Attribution attribution = new Attribution(forks, processes::at, () -> containers);
    this.kernelLog =
        new KernelLogWatch(host, new KernelEvents(book, kills, attribution, clock), clock);
    this.writeFailures =
        new WriteFailureWatch(config.writeFailures(), host, book, attribution, clock);
  }

  /**
   * To be called as a look begins.
   *
   * @return whether an OOM kill was told of: memory and tmpfs are to be read again for it
   */
  boolean takeKills() {
    return kills.take();
  }

  /** Writes down what was noticed elsewhere. */
  void happened(HostEvent event) {
    book.happened(event);
  }

  /** Whether something was written down since the last settling. */
  boolean isNews() {
    return book.isChanged();
  }

  /**
   * To be called behind each look, whether or not a view is made of it or somebody listens.
   *
   * @param memory the look at the memory cgroups, where it was one
   */
  void looked(Seen seen, Optional<MemoryLook> memory, Instant now) {
    kills.settle(seen, memory, now);
  }

  /** To be called for each new view; listens from the first on. */
  Events settle(List<Container> inventory, Instant now) {
    containers = inventory;
    writeFailures.watch(containers);
    if (!started) {
      started = true;
      kills.logIsRead();
      kernelLog.start();
      writeFailures.start();
    }
    forks.keep(kernelLog.isRead());
    return book.events(names(inventory), writeFailures.skippedLogBytes(), kernelLog.sources(), now);
  }

  /** The same for who does not listen: what cgroups counted, and what was noticed elsewhere. */
  Events noticed(List<Container> inventory, Instant now) {
    return book.events(names(inventory), Map.of(), List.of(), now);
  }

  private static Map<String, String> names(List<Container> containers) {
    Map<String, String> names = HashMap.newHashMap(containers.size());
    for (Container container : containers) {
      names.put(container.id(), container.name());
    }
    return names;
  }

  List<CollectorStatus> statuses() {
    List<CollectorStatus> all = new ArrayList<>(kernelLog.statuses());
    all.add(forks.status());
    all.addAll(writeFailures.statuses());
    return all;
  }

  @Override
  public void close() {
    writeFailures.close();
    kernelLog.close();
    forks.close();
    processes.close();
  }
}
