package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.cgroup.MemoryUsage;
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
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Runs every collector when it is due, and keeps what each brought in last. */
final class HostReader implements AutoCloseable {
  private static final String HOST = "host";

  /** Each turn is of those only whose time has come. */
  private static final Duration DELETED_TURNS = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Collectors collectors;
  private final ProcessTracker processes;
  private final DeletedFilesWatch deletedFiles;
  private final Upperdirs upperdirs;
  private final Every inventoryDue;
  private final Every tmpfsDue;
  private final Every memoryDue;
  private final Every slowDue;
  private final Every deletedDue = new Every(DELETED_TURNS);

  private DataRoots.Found dataRoots = new DataRoots.Found(List.of(), List.of());
  private Inventory inventory = Inventory.EMPTY;
  private Map<String, Reading<TmpfsRead>> tmpfs = Map.of();
  private Map<String, Reading<MemoryUsage>> memory = Map.of();
  private Optional<Instant> memoryAt = Optional.empty();
  private Map<String, Reading<Long>> logs = Map.of();
  private Map<String, Reading<LayerUsage.Quota>> quotas = Map.of();
  private Map<String, Reading<BackingFilesystem>> filesystems = Map.of();
  private Reading<HostMemory> hostMemory = Reading.missing(Cause.PENDING, "not read yet");
  private Reading<TmpfsRead> hostTmpfs = Reading.missing(Cause.PENDING, "not read yet");

  HostReader(Configuration config, HostRoot host, InstantSource clock) {
    this.clock = clock;
    this.collectors = new Collectors(config, host, clock);
    this.processes = new ProcessTracker(collectors.process, config.mounts().interval());
    this.deletedFiles = new DeletedFilesWatch(collectors.deletedFiles, config.mounts().interval());
    this.upperdirs = new Upperdirs(host);
    this.inventoryDue = new Every(config.inventory().reconcileInterval());
    this.tmpfsDue = new Every(config.tmpfs().interval());
    this.memoryDue = new Every(config.memory().interval());
    this.slowDue = new Every(config.mounts().interval());
  }

  /** Looks for data roots; where that fails, those last found stay. */
  List<Path> findDataRoots() {
    collectors
        .dataRoots
        .run(Map.of(HOST, HOST))
        .get(HOST)
        .optional()
        .ifPresent(found -> dataRoots = found);
    return dataRoots.paths();
  }

  /**
   * @param inventoryChanged whether something says that Docker's files changed
   * @return whether a process came, went or changed, so that everything was read
   */
  boolean read(long now, boolean inventoryChanged) {
    if (inventoryChanged) {
      inventoryDue.hurry();
    }
    if (inventoryDue.due(now)) {
      readInventory();
    }
    upperdirs.locate(inventory.containers());
    boolean changed = processes.read(inventory.containers(), now);
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
      deletedFiles.read(processes.running(), now);
    }
    if (tmpfsDue.due(now)) {
      readTmpfs(now);
    }
    if (memoryDue.due(now)) {
      memoryAt = Optional.of(clock.instant());
      memory = collectors.memory.run(processes.running());
      hostMemory = collectors.hostMemory.run(Map.of(HOST, HOST)).get(HOST);
    }
    return changed;
  }

  /**
   * Where a mount has moved since its table was read, the table and the mounts are read once more:
   * a container that moves directories about must not be without figures between two looks.
   */
  private void readTmpfs(long now) {
    tmpfs = new HashMap<>(collectors.tmpfs.run(processes.running()));
    Map<String, Container> moved = byId();
    moved.keySet().retainAll(stale(tmpfs));
    if (!moved.isEmpty()) {
      processes.reread(moved, now);
      Map<String, ProcessFacts> again = processes.running();
      again.keySet().retainAll(moved.keySet());
      tmpfs.putAll(collectors.tmpfs.run(again));
    }
  }

  /** Something happened that memory and tmpfs are to be read for. */
  void hurryMemory() {
    tmpfsDue.hurry();
    memoryDue.hurry();
  }

  /** When the memory cgroups were read, where that was since the last call. */
  Optional<Instant> takeMemoryAt() {
    Optional<Instant> at = memoryAt;
    memoryAt = Optional.empty();
    return at;
  }

  /** What came in last, together with the layers' usages of the containers that have one. */
  Readings readings(
      Function<Map<String, Reading<LayerTarget>>, Map<String, Reading<LayerUsage>>> layers) {
    return new Readings(
        inventory,
        processes.facts(),
        mounts(tmpfs),
        memory,
        layers.apply(targets()),
        quotas,
        deletedFiles.readings(),
        logs,
        presentFilesystems(),
        hostMemory,
        hostTmpfs.map(TmpfsRead::mounts));
  }

  Map<String, LayerTarget> layerTargets() {
    Map<String, LayerTarget> found = new HashMap<>();
    targets().forEach((id, reading) -> reading.optional().ifPresent(t -> found.put(id, t)));
    return found;
  }

  List<CollectorStatus> statuses() {
    return collectors.statuses();
  }

  private void readInventory() {
    Set<String> before = ids();
    Reading<Inventory> read = collectors.inventory.run(Map.of(HOST, dataRoots.paths())).get(HOST);
    read.optional().ifPresent(found -> inventory = found);
    if (!ids().equals(before)) {
      slowDue.hurry();
    }
    upperdirs.forgetAllBut(ids());
  }

  private Set<String> ids() {
    return byId().keySet();
  }

  private Map<String, Container> byId() {
    Map<String, Container> all = new LinkedHashMap<>();
    inventory.containers().forEach(container -> all.put(container.id(), container));
    return all;
  }

  private Map<String, Reading<LayerTarget>> targets() {
    Map<String, Reading<LayerTarget>> targets = new HashMap<>();
    byId()
        .forEach((id, container) -> targets.put(id, upperdirs.target(container, processes.of(id))));
    return targets;
  }

  private void readSlow() {
    logs = collectors.logs.run(byId());
    Map<String, KernelPath> layers = new HashMap<>();
    layerTargets().forEach((id, target) -> layers.put(id, target.upperdir()));
    quotas = collectors.quotas.run(layers);
    filesystems = collectors.filesystems.run(onePerRoot(layers));
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

  private List<BackingFilesystem> presentFilesystems() {
    Map<KernelPath, BackingFilesystem> byMountPoint = new LinkedHashMap<>();
    filesystems.values().stream()
        .flatMap(reading -> reading.optional().stream())
        .forEach(filesystem -> byMountPoint.put(filesystem.mountPoint(), filesystem));
    return List.copyOf(byMountPoint.values());
  }

  private static Set<String> stale(Map<String, Reading<TmpfsRead>> reads) {
    return Set.copyOf(
        reads.entrySet().stream()
            .filter(e -> e.getValue().optional().map(TmpfsRead::stale).orElse(false))
            .map(Map.Entry::getKey)
            .toList());
  }

  private static Map<String, Reading<List<Reading<TmpfsUsage>>>> mounts(
      Map<String, Reading<TmpfsRead>> reads) {
    Map<String, Reading<List<Reading<TmpfsUsage>>>> all = new HashMap<>();
    reads.forEach((id, read) -> all.put(id, read.map(TmpfsRead::mounts)));
    return all;
  }

  @Override
  public void close() {
    collectors.close();
    upperdirs.close();
  }
}
