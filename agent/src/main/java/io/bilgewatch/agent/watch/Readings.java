package io.bilgewatch.agent.watch;

import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Inventory;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.Map;

/** What the collectors brought in last, by container id: the raw material of the view. */
record Readings(
    Inventory inventory,
    Map<String, Reading<ProcessFacts>> processes,
    Map<String, Reading<List<Reading<TmpfsUsage>>>> tmpfs,
    Map<String, Reading<MemoryUsage>> memory,
    Map<String, Reading<LayerUsage>> layers,
    Map<String, Reading<LayerUsage.Quota>> quotas,
    Map<String, Reading<DeletedFiles>> deletedFiles,
    Map<String, Reading<Long>> logs,
    List<BackingFilesystem> filesystems,
    Reading<HostMemory> hostMemory,
    Reading<List<Reading<TmpfsUsage>>> hostTmpfs) {

  private static final Reading<?> PENDING = Reading.missing(Cause.PENDING, "not read yet");

  /** It holds nothing of any type. */
  @SuppressWarnings("unchecked")
  private static <T> Reading<T> pending() {
    return (Reading<T>) PENDING;
  }

  /** A container's reading of one kind; pending where nobody has looked yet. */
  static <T> Reading<T> of(Map<String, Reading<T>> readings, String containerId) {
    Reading<T> reading = readings.get(containerId);
    return reading == null ? pending() : reading;
  }
}
