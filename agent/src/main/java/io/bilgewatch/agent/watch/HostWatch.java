package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.config.Switch;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.history.SeriesKey;
import io.bilgewatch.agent.outlook.Fresh;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.proposal.Written;
import io.bilgewatch.agent.push.AlertmanagerPush;
import io.bilgewatch.agent.risk.Points;
import io.bilgewatch.agent.text.Visible;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.InventoryWatch;
import io.bilgewatch.fanotify.LiveWrites;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.volume.VolumeUse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the host each second, and at once when Docker's files change, and publishes what is
 * known as one {@link HostView}: where there is {@link News} at once, and every few seconds
 * otherwise, since to think about what did not change costs more than to read it. Its thread never
 * reads a file of the host itself: that is the collectors' own threads' business, so nothing on the
 * host can stop it.
 */
public final class HostWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  /** What is not news is published that often. */
  private static final Duration PUBLISH = Duration.ofSeconds(10);

  /** How often it is looked whether a collector goes otherwise than before. */
  private static final Duration OUTCOMES = Duration.ofSeconds(3);

  /** A burst of changes is one reason to look. */
  private static final Duration SETTLE = Duration.ofMillis(20);

  /** The sign that a tmpfs moved is looked at more often than each tmpfs. */
  private static final int SIGNS = 2;

  private static final Duration WALK_PATIENCE = Duration.ofSeconds(30);

  private final HostRoot host;
  private final InstantSource clock;
  private final HostReader reader;
  private final long signNanos;
  private final LayerWatch layers;
  private final Optional<WriteWatch> writes;
  private final InventoryWatch inventoryWatch;
  private final CollectorRun<List<Path>, Boolean> inventoryWatches;
  private final EventWatch events;
  private final Optional<ContractWatch> contracts;
  private final Configuration config;
  private volatile Optional<Judgement> judgement = Optional.empty();
  private final Transitions transitions = new Transitions();
  private final ContainerViews views;
  private final VolumeUses volumes;
  private final Proposals proposals = new Proposals(this::writes, this::volumes);
  private final Semaphore wake = new Semaphore(0);
  private final Every outcomesDue = new Every(OUTCOMES);
  private final Every rootsDue = new Every(Duration.ofSeconds(30));
  private final PublishPace pace = new PublishPace(PUBLISH);

  /** There was news that no view was made for yet. */
  private boolean held;

  /** Whether the kernel and the log files are listened to, and the log is told what is wrong. */
  private volatile boolean listens;

  private News news = News.NOTHING_TOLD;
  private volatile boolean layersChanged;
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile HostView latest;
  private volatile long publishedNanos;
  private boolean failing;
  private volatile boolean inventoryChanged;
  private volatile boolean closed;
  private volatile Thread thread;

  public HostWatch(Configuration config, InstantSource clock) {
    this.host = new HostRoot(config.host().root());
    this.clock = clock;
    this.inventoryWatch = new InventoryWatch(host, this::inventoryChanged);
    this.reader = new HostReader(config, host, MemorySign.live(), inventoryWatch::isWhole, clock);
    this.signNanos = config.tmpfs().interval().dividedBy(SIGNS).toNanos();
    this.volumes = new VolumeUses(host, VolumeUses.Limits.OF_PAGE);
    this.layers =
        new LayerWatch(
            times(config.walk()),
            config.walk().maxEntries(),
            WALK_PATIENCE,
            new LayerTurns(config.walk().maxEntries(), clock),
            clock,
            this::layerChanged);
    this.writes =
        config.walk().writeEvents() == Switch.ON
            ? Optional.of(new WriteWatch(host, clock, layers))
            : Optional.empty();
    this.events = new EventWatch(config, host, clock, this::tell);
    boolean paths = config.metrics().paths() == Switch.ON;
    this.contracts =
        config
            .contracts()
            .directory()
            .map(folder -> new ContractWatch(folder, paths, clock, events::happened, this::tell));
    this.config = config;
    this.views = new ContainerViews(paths);
    this.inventoryWatches =
        new CollectorRun<>(
            new Collector<>("inventory_watch", this::watched), Collectors.PATIENCE, clock);
  }

  static LayerSchedule.Times times(Configuration.Walk walk) {
    return new LayerSchedule.Times(
        walk.interval(), walk.minInterval(), walk.readInterval(), walk.cpuShare());
  }

  /**
   * Begins to look, and to think about what is seen.
   *
   * @param push whom the alerts are told to
   */
  public void start(Optional<AlertmanagerPush> push) {
    listens = true;
    begin(push);
  }

  /**
   * Begins to look for somebody who looks on for a while: what the host pays for as long as it is
   * listened to (marks for writes, the kernel's log, fork events) is left alone, and what is wrong
   * is in the views and not in the log.
   */
  public void startReading() {
    begin(Optional.empty());
  }

  private void begin(Optional<AlertmanagerPush> push) {
    Judgement made = new Judgement(config, clock, push, contracts);
    made.start();
    judgement = Optional.of(made);
    layers.start();
    if (listens) {
      writes.ifPresent(WriteWatch::start);
    }
    // A virtual thread that waits with a limit wakes up two others each time.
    thread = Thread.ofPlatform().daemon().name("bilgewatch-tick").start(this::run);
  }

  /** The last published view; empty before the first. */
  public Optional<HostView> latest() {
    return Optional.ofNullable(latest);
  }

  /** What is remembered of something, oldest first, by the monotonic clock. */
  public Optional<Points> history(SeriesKey key) {
    return judgement.flatMap(one -> one.history(key));
  }

  /** How long ago a view was last published; empty before the first. */
  public Optional<Duration> age() {
    return latest == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(System.nanoTime() - publishedNanos));
  }

  /**
   * Reads everything once, layers too, for a command that answers and ends; what is wrong is its
   * answer, and is not logged besides.
   */
  public HostView once() {
    look(System.nanoTime());
    layers.measureAll();
    publish();
    return latest;
  }

  /**
   * Reads everything but the layers once, for a command that wants one of them.
   *
   * @see #writes
   */
  public HostView onceWithoutLayers() {
    look(System.nanoTime());
    publish();
    return latest;
  }

  /**
   * What a container wrote, read now, on this thread.
   *
   * @param container of the last view
   * @param pace asked now and then whether to go on
   */
  public Writes writes(ContainerView container, Pace pace) {
    return writesReader(container).read(layerTarget(container), pace);
  }

  /**
   * As {@link #writes}, without what comes of it.
   *
   * @param apart paths as the container sees them, told apart from what is beside them
   */
  public Written written(ContainerView container, Set<KernelPath> apart, Pace pace) {
    return writesReader(container).written(layerTarget(container), apart, pace);
  }

  private WritesReader writesReader(ContainerView container) {
    return new WritesReader(host, container, reader.process(container.id()));
  }

  private Optional<LayerTarget> layerTarget(ContainerView container) {
    return Optional.ofNullable(reader.layerTargets().get(container.id()));
  }

  /**
   * What the volumes and binds of a container hold, by their paths, read now; a minute at most, and
   * one that hangs is told to.
   *
   * @param container of the last view
   * @param since what changed after is told apart; empty: nothing is
   * @param pace asked now and then whether to go on, on another thread
   */
  public Map<KernelPath, Reading<VolumeUse>> volumes(
      ContainerView container, Optional<Instant> since, Pace pace) {
    try (VolumeUses once = new VolumeUses(host, VolumeUses.Limits.OF_COMMAND)) {
      return volumes(once, container, since, pace);
    }
  }

  private Map<KernelPath, Reading<VolumeUse>> volumes(ContainerView container) {
    return volumes(volumes, container, Optional.empty(), Pace.UNHINDERED);
  }

  private Map<KernelPath, Reading<VolumeUse>> volumes(
      VolumeUses uses, ContainerView container, Optional<Instant> since, Pace pace) {
    return reader
        .process(container.id())
        .map(facts -> uses.of(container, facts, since, pace))
        .orElse(Map.of());
  }

  /**
   * As {@link #writes} with {@link #volumes}, for who asks again and again: kept for a minute, and
   * never waited for long.
   */
  public Reading<Writes> proposed(ContainerView container) {
    return proposals.of(container);
  }

  /**
   * Begins to watch what a container writes; the caller polls, and closes it.
   *
   * @throws IOException where it does not run, or the kernel does not permit it
   */
  public LiveWrites live(ContainerView container) throws IOException {
    if (!(reader.process(container.id()) instanceof Reading.Present<ProcessFacts>(var facts))) {
      throw new IOException(Visible.of(container.name()) + " does not run");
    }
    List<KernelPath> mounts =
        container.writableMounts().optional().orElse(List.of()).stream()
            .map(WritableMount::path)
            .toList();
    return LiveWrites.of(host, facts.identity().pid(), mounts);
  }

  /**
   * Ticks keep their rhythm, whatever wakes us in between: a look more must not delay what is due.
   * Where everything was read out of turn, the rhythm begins anew.
   */
  private void run() {
    try {
      long now = System.nanoTime();
      long tick = now;
      while (!Thread.currentThread().isInterrupted()) {
        boolean readAll = lookAndPublish(now);
        if (closed) {
          return;
        }
        if (readAll || now == tick) {
          tick = Math.max(now + TICK.toNanos(), System.nanoTime());
        }
        now = awaitWake(tick) ? System.nanoTime() : tick;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether something is to be looked at before the tick. */
  private boolean awaitWake(long tick) throws InterruptedException {
    long sign = System.nanoTime() + signNanos;
    while (true) {
      long until = sign - tick < 0 ? sign : tick;
      if (wake.tryAcquire(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        Thread.sleep(SETTLE);
        wake.drainPermits();
        return true;
      }
      if (until == tick) {
        return false;
      }
      if (reader.isToBeEarly(System.nanoTime())) {
        return true;
      }
      sign += signNanos;
    }
  }

  /** What throws is told once and tried again; what was published before grows old meanwhile. */
  private boolean lookAndPublish(long now) {
    try {
      held |= told.getAndSet(false);
      boolean readAll = look(now);
      held |= readAll || failing || isNews(now);
      boolean due = pace.isDue(now);
      if (!closed && (held ? pace.mayTell(now) : due)) {
        held = false;
        publish();
        if (listens) {
          transitions.report(Problems.of(latest));
        }
      }
      if (failing) {
        LOG.info("the host is looked at again");
      }
      failing = false;
      return readAll;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      if (!failing) {
        LOG.error("looking at the host failed; tried again each second, with what was known", e);
      }
      failing = true;
      return false;
    }
  }

  private boolean isNews(long now) {
    return layersChanged
        || events.isNews()
        || news.isIn(reader.seen())
        || latest == null
        || (outcomesDue.due(now) && News.isTurned(latest.collectors(), statuses()))
        || latest.alerting().isToFire(clock.instant());
  }

  private void layerChanged(boolean much) {
    layersChanged = true;
    if (much) {
      tell();
    }
  }

  private void inventoryChanged() {
    inventoryChanged = true;
    tell();
  }

  /** There is something that is to be published now. */
  private void tell() {
    told.set(true);
    wake.release();
  }

  private boolean look(long now) {
    if (rootsDue.due(now)) {
      retarget(reader.findDataRoots());
    }
    boolean changed = inventoryChanged;
    inventoryChanged = false;
    if (events.takeKills()) {
      reader.hurryMemory();
    }
    boolean readAll = reader.read(now, changed);
    events.looked(reader.seen(), reader.takeMemoryLook(), clock.instant());
    layers.watch(reader.layerTargets());
    contracts.ifPresent(watch -> watch.look(now, reader.layerTargets()));
    return readAll;
  }

  private void retarget(List<Path> dataRoots) {
    inventoryWatches.run(Map.of("", dataRoots));
  }

  /** Missing where a change would not be noticed before the next periodic pass. */
  private Reading<Boolean> watched(List<Path> dataRoots) {
    inventoryWatch.retarget(dataRoots);
    for (Reading<Integer> root : inventoryWatch.status().values()) {
      if (root instanceof Reading.Missing<Integer> missing && missing.cause().isFault()) {
        return missing.as();
      }
    }
    return inventoryWatch.available();
  }

  private void publish() {
    long begin = System.nanoTime();
    layersChanged = false;
    Readings readings = reader.readings(layers::usages);
    news = News.told(reader.seen());
    Fresh fresh = reader.takeFresh();
    Instant now = clock.instant();
    List<Container> inventory = readings.inventory().containers();
    Events happened = listens ? events.settle(inventory, now) : events.noticed(inventory, now);
    HostView view = new ViewComposer(readings, views).compose(now, happened, statuses());
    publishedNanos = System.nanoTime();
    latest = judgement.map(one -> one.of(view, publishedNanos, fresh)).orElse(view);
    pace.made(begin, System.nanoTime());
  }

  private List<CollectorStatus> statuses() {
    List<CollectorStatus> all = new ArrayList<>(reader.statuses());
    all.add(inventoryWatches.status());
    all.addAll(layers.statuses());
    contracts.ifPresent(watch -> all.addAll(watch.statuses()));
    if (listens) {
      writes.ifPresent(watch -> all.add(watch.status()));
      all.addAll(events.statuses());
    }
    judgement.ifPresent(made -> all.addAll(made.statuses()));
    return all;
  }

  /** Waits for nothing that hangs. What was read last stays published. */
  @Override
  public void close() {
    closed = true;
    // Before the interrupt: one that waits for a read would take it for stuck.
    reader.close();
    inventoryWatches.close();
    writes.ifPresent(WriteWatch::close);
    layers.close();
    volumes.close();
    proposals.close();
    contracts.ifPresent(ContractWatch::close);
    events.close();
    if (thread != null) {
      thread.interrupt();
    }
    judgement.ifPresent(Judgement::close);
    try {
      inventoryWatch.close();
    } catch (IOException e) {
      LOG.warn("closing inotify: {}", e.getMessage());
    }
  }
}
