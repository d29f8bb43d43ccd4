package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.config.Configuration;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.cgroup.MemoryCgroup;
import io.bilgewatch.cgroup.MemoryReader;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.descriptor.DeletedFilesReader;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.ContainerInventory;
import io.bilgewatch.docker.ContainerLogSizes;
import io.bilgewatch.docker.DataRoots;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.host.HostMemoryReader;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.mount.BackingFilesystemReader;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.overlay.LayerQuota;
import io.bilgewatch.overlay.LayerUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The catalogue: every collector but the layers' is one line here. */
final class Collectors implements AutoCloseable {
  /** Long for anything but a dead mount or disk. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  final CollectorRun<String, DataRoots.Found> dataRoots;
  final CollectorRun<List<Path>, Inventory> inventory;
  final CollectorRun<ProcessReader.Asked, ProcessFacts> process;
  final CollectorRun<Reading<ContainerTmpfs>, TmpfsRead> tmpfs;
  final CollectorRun<MemoryPasses.Target, MemoryUsage> memory;
  final CollectorRun<ProcessFacts, DeletedFiles> deletedFiles;
  final CollectorRun<Container, Long> logs;
  final CollectorRun<KernelPath, LayerUsage.Quota> quotas;
  final CollectorRun<KernelPath, BackingFilesystem> filesystems;
  final CollectorRun<String, HostMemory> hostMemory;
  final CollectorRun<String, TmpfsRead> hostTmpfs;

  /** Makes what the two that run each second are asked with. */
  final RunningProcess.Maker running;

  private final List<CollectorRun<?, ?>> all = new ArrayList<>();
  private final InstantSource clock;
  private final ProcessReader processes;
  private final ContainerLogSizes logSizes;
  private final TmpfsMounts mounts;
  private final BackingFilesystemReader backing;

  /** Of the look that is under way, by the monotonic clock. */
  private volatile long nowNanos = System.nanoTime();

  Collectors(Configuration config, HostRoot host, InstantSource clock) {
    this.clock = clock;
    DataRoots roots = new DataRoots(host, config.docker().dataRoots());
    ContainerInventory containers = new ContainerInventory(host);
    processes = new ProcessReader(host);
    mounts = new TmpfsMounts(host, () -> nowNanos);
    MemoryPasses memories = new MemoryPasses(new MemoryReader(host));
    DeletedFilesReader deleted = new DeletedFilesReader(host);
    HostMemoryReader hostMemories = new HostMemoryReader(host);
    backing = new BackingFilesystemReader(host, () -> nowNanos);
    running = new RunningProcess.Maker(mounts, memories);

    dataRoots = run("data_roots", _ -> Reading.of(roots.find()));
    inventory = run("inventory", found -> Reading.of(containers.read(found)));
    process = run("process", processes::read);
    tmpfs = run("tmpfs", Collectors::read);
    memory = run("memory", memories::read);
    deletedFiles = run("deleted_files", facts -> read(deleted, facts));
    logSizes = new ContainerLogSizes(host);
    logs = run("logs", logSizes::bytes);
    quotas = run("quotas", LayerQuota::of);
    filesystems = run("filesystems", path -> backing.read(asHostNames(host, path)));
    hostMemory = run("host_memory", _ -> hostMemories.read());
    hostTmpfs = run("host_tmpfs", _ -> mounts.readHosts());
  }

  private static Reading<DeletedFiles> read(DeletedFilesReader deleted, ProcessFacts facts) {
    return switch (facts.cgroup()) {
      case Reading.Missing<MemoryCgroup> missing -> missing.as();
      case Reading.Present<MemoryCgroup>(MemoryCgroup cgroup) ->
          switch (facts.mounts()) {
            case Reading.Missing<MountTable> missing -> missing.as();
            case Reading.Present<MountTable>(MountTable mounts) ->
                deleted.read(cgroup.directory(), facts.identity().pid(), mounts);
          };
    };
  }

  private static Reading<TmpfsRead> read(Reading<ContainerTmpfs> mounts) {
    return switch (mounts) {
      case Reading.Missing<ContainerTmpfs> missing -> missing.as();
      case Reading.Present<ContainerTmpfs>(ContainerTmpfs found) -> found.read();
    };
  }

  private static KernelPath asHostNames(HostRoot host, KernelPath seenFromHere) {
    return KernelPath.of(host.asHostNames(Path.of(seenFromHere.toString())).toString());
  }

  private <T, V> CollectorRun<T, V> run(String name, Collector.Read<T, V> read) {
    CollectorRun<T, V> run = new CollectorRun<>(new Collector<>(name, read), PATIENCE, clock);
    all.add(run);
    return run;
  }

  /** To be called at the beginning of each look. */
  void at(long now) {
    nowNanos = now;
  }

  /** What was known of other containers is forgotten. */
  void forgetAllBut(Collection<String> containerIds) {
    logSizes.forgetAllBut(containerIds);
  }

  List<CollectorStatus> statuses() {
    List<CollectorStatus> statuses = new ArrayList<>(all.size());
    for (CollectorRun<?, ?> one : all) {
      statuses.add(one.status());
    }
    return statuses;
  }

  @Override
  public void close() {
    all.forEach(CollectorRun::close);
    processes.close();
    mounts.close();
    backing.close();
  }
}
