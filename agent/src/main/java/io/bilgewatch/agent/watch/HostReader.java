package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.outlook.Fresh;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DataRoots;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Runs every collector when it is due, and keeps what each brought in last. */
final class HostReader implements AutoCloseable {
  private static final String HOST = "host";

  /** Each turn is of those only whose time has come. */
  private static final Duration DELETED_TURNS = Duration.ofSeconds(5);

  /** What the host has in all, as long as nothing says that it moved. */
  private static final Duration HOST_MEMORY = Duration.ofSeconds(10);

  /**
   * Where each change is told of, the state files are looked at every third time that it is due.
   */
  private static final int TOLD = 3;

  private final InstantSource clock;
  private final Collectors collectors;
  private final ProcessTracker processes;
  private final DeletedFilesWatch deletedFiles;
  private final LayerQuotas quotas;
  private final Upperdirs upperdirs;
  private final LayerTargets targets;
  private final TmpfsAndMemory seconds;
  private final MemorySign sign;
  private final BooleanSupplier inventoryIsTold;
  private final Every inventoryDue;
  private final Every tmpfsDue;
  private final Every memoryDue;
  private final Every slowDue;
  private final Every deletedDue = new Every(DELETED_TURNS);
  private final EarlyPace tmpfsPace = new EarlyPace();
  private final Every hostMemoryDue = new Every(HOST_MEMORY);
  private int inventoryPasses;
  private OptionalLong hostMemoryNanos = OptionalLong.empty();

  private DataRoots.Found dataRoots = new DataRoots.Found(List.of(), List.of());
  private Inventory inventory = Inventory.EMPTY;
  private Optional<MemoryLook> memoryLook = Optional.empty();
  private boolean tmpfsFresh;
  private boolean memoryFresh;
  private Map<String, Reading<Long>> logs = Map.of();
  private List<BackingFilesystem> presentFilesystems = List.of();
  private Reading<HostMemory> hostMemory = Reading.missing(Cause.PENDING, "not read yet");
  private Reading<TmpfsRead> hostTmpfs = Reading.missing(Cause.PENDING, "not read yet");

  /**
   * @param sign that something is to be read before its time
   * @param inventoryIsTold whether {@link #read} would be told of each change of Docker's files
   */
  HostReader(
      Configuration config,
      HostRoot host,
      MemorySign sign,
      BooleanSupplier inventoryIsTold,
      InstantSource clock) {
    this.clock = clock;
    this.sign = sign;
    this.inventoryIsTold = inventoryIsTold;
    this.collectors = new Collectors(config, host, clock);
    this.processes =
        new ProcessTracker(collectors.process, collectors.running, config.mounts().interval());
    this.deletedFiles = new DeletedFilesWatch(collectors.deletedFiles, config.mounts().interval());
    this.quotas = new LayerQuotas(collectors.quotas);
    this.upperdirs = new Upperdirs(host);
    this.targets = new LayerTargets(upperdirs);
    this.seconds = new TmpfsAndMemory(collectors, processes);
    this.inventoryDue = new Every(config.inventory().reconcileInterval());
    this.tmpfsDue = new Every(config.tmpfs().interval());
    this.memoryDue = new Every(config.memory().interval());
    this.slowDue = new Every(config.mounts().interval());
  }

  /** Looks for data roots; where that fails, those last found stay. */
  List<Path> findDataRoots() {
    List<Path> before = dataRoots.paths();
    collectors
        .dataRoots
        .run(Map.of(HOST, HOST))
        .get(HOST)
        .optional()
        .ifPresent(found -> dataRoots = found);
    if (!dataRoots.paths().equals(before)) {
      inventoryPasses = 0;
    }
    return dataRoots.paths();
  }

  /**
   * @param inventoryChanged whether something says that Docker's files changed
   * @return whether a process came, went or changed, so that everything was read
   */
  boolean read(long now, boolean inventoryChanged) {
    collectors.at(now);
    if (inventoryChanged) {
      inventoryDue.hurry();
    }
    if (inventoryDue.due(now) && (inventoryChanged || isInventoryPass())) {
      readInventory();
    }
    upperdirs.locate(inventory.containers());
    boolean changed = processes.read(inventory.containers(), now);
    targets.look(inventory.containers(), processes.facts());
    if (changed) {
      tmpfsDue.hurry();
      memoryDue.hurry();
      slowDue.hurry();
      deletedDue.hurry();
    }
    if (slowDue.due(now)) {
      readSlow();
    }
    if (deletedDue.due(now)) {
      deletedFiles.read(runningFacts(), now);
    }
    boolean moved = sign.isSharedMoved();
    boolean early = moved && tmpfsPace.mayRead(now);
    boolean memoryNow = memoryDue.due(now) || early;
    boolean muchLess = memoryNow && sign.takeMuchLess(() -> readHostMemory(now));
    if (hostMemoryDue.due(now) || moved || muchLess) {
      readHostMemory(now);
    }
    if (tmpfsDue.due(now) || early) {
      sign.takeShared();
      if (seconds.readTmpfs(inventory.containers(), !moved, now, others -> reread(others, now))) {
        tmpfsPace.read(now, collectors.tmpfs.status().lastDuration());
      }
      tmpfsFresh = true;
    }
    if (memoryNow) {
      Instant began = clock.instant();
      if (seconds.readMemory(inventory.containers(), muchLess, now)) {
        memoryLook =
            Optional.of(new MemoryLook(began, clock.instant(), seconds::isMemoryReadWhole));
      }
      memoryFresh = true;
    }
    return changed;
  }

  /** One of those that are not left out. */
  private boolean isInventoryPass() {
    boolean mayRest = inventoryIsTold.getAsBoolean() && inventory.unread().isEmpty();
    return inventoryPasses++ % TOLD == 0 || !mayRest;
  }

  /** Once a look. */
  private Reading<HostMemory> readHostMemory(long now) {
    if (hostMemoryNanos.isEmpty() || hostMemoryNanos.getAsLong() != now) {
      hostMemoryNanos = OptionalLong.of(now);
      hostMemory = collectors.hostMemory.run(Map.of(HOST, HOST)).get(HOST);
    }
    return hostMemory;
  }

  /** Whether there is a sign that something is to be read before its time. */
  boolean isToBeEarly(long now) {
    return sign.isSharedMoved() && tmpfsPace.mayRead(now);
  }

  private void reread(Map<String, Container> others, long now) {
    processes.reread(others, now);
    targets.look(inventory.containers(), processes.facts());
  }

  /** Something happened that memory and tmpfs are to be read for. */
  void hurryMemory() {
    seconds.anew();
    tmpfsDue.hurry();
    memoryDue.hurry();
  }

  /**
   * The look at the memory cgroups, where there was one since the last call. To be taken behind
   * each {@link #read}, since one look takes the place of another.
   */
  Optional<MemoryLook> takeMemoryLook() {
    Optional<MemoryLook> look = memoryLook;
    memoryLook = Optional.empty();
    return look;
  }

  /** What was read since the last call. */
  Fresh takeFresh() {
    Fresh fresh = new Fresh(tmpfsFresh, memoryFresh);
    tmpfsFresh = false;
    memoryFresh = false;
    return fresh;
  }

  /** What came in last, of what can be news. */
  News.Seen seen() {
    return new News.Seen(inventory, processes.facts(), seconds.tmpfs(), seconds.memory());
  }

  /** What came in last, together with the layers' usages of the containers that have one. */
  Readings readings(
      Function<Map<String, Reading<LayerTarget>>, Map<String, Reading<LayerUsage>>> layers) {
    return new Readings(
        inventory,
        processes.facts(),
        seconds.tmpfs(),
        seconds.memory(),
        layers.apply(targets.readings()),
        quotas.readings(),
        deletedFiles.readings(),
        logs,
        presentFilesystems,
        hostMemory,
        hostTmpfs.map(TmpfsRead::mounts));
  }

  /** The same map until one of them is another. */
  Map<String, LayerTarget> layerTargets() {
    return targets.found();
  }

  /** What is known of a container's first process. */
  Reading<ProcessFacts> process(String containerId) {
    return processes.facts().getOrDefault(containerId, ProcessTracker.NOT_RUNNING);
  }

  List<CollectorStatus> statuses() {
    return collectors.statuses();
  }

  private Map<String, ProcessFacts> runningFacts() {
    Map<String, ProcessFacts> facts = HashMap.newHashMap(processes.running().size());
    processes.running().forEach((id, process) -> facts.put(id, process.facts()));
    return facts;
  }

  private void readInventory() {
    Set<String> before = ids();
    Reading<Inventory> read = collectors.inventory.run(Map.of(HOST, dataRoots.paths())).get(HOST);
    read.optional().ifPresent(found -> inventory = found);
    if (!ids().equals(before)) {
      slowDue.hurry();
    }
    upperdirs.forgetAllBut(ids());
    collectors.forgetAllBut(ids());
  }

  private Set<String> ids() {
    return byId().keySet();
  }

  private Map<String, Container> byId() {
    Map<String, Container> all = new LinkedHashMap<>();
    inventory.containers().forEach(container -> all.put(container.id(), container));
    return all;
  }

  private void readSlow() {
    logs = collectors.logs.run(byId());
    Map<String, KernelPath> layers = new HashMap<>();
    targets.found().forEach((id, target) -> layers.put(id, target.upperdir()));
    quotas.read(layers);
    presentFilesystems = present(collectors.filesystems.run(onePerRoot(layers)));
    hostTmpfs = collectors.hostTmpfs.run(Map.of(HOST, HOST)).get(HOST);
  }

  /** Layers of one data root share a file system: one of each is asked, and the root itself. */
  private Map<String, KernelPath> onePerRoot(Map<String, KernelPath> layers) {
    Map<String, KernelPath> one = new HashMap<>();
    for (Container container : inventory.containers()) {
      String root = container.dataRoot().toString();
      one.putIfAbsent(root, KernelPath.of(root));
      KernelPath layer = layers.get(container.id());
      if (layer != null) {
        one.putIfAbsent(root + " layers", layer);
      }
    }
    return one;
  }

  private static List<BackingFilesystem> present(
      Map<String, Reading<BackingFilesystem>> filesystems) {
    Map<KernelPath, BackingFilesystem> byMountPoint = new LinkedHashMap<>();
    filesystems.values().stream()
        .flatMap(reading -> reading.optional().stream())
        .forEach(filesystem -> byMountPoint.put(filesystem.mountPoint(), filesystem));
    return List.copyOf(byMountPoint.values());
  }

  @Override
  public void close() {
    collectors.close();
    upperdirs.close();
  }
}
