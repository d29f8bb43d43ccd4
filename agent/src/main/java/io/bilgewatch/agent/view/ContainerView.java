package io.bilgewatch.agent.view;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Container;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One container at one moment; whatever could not be read is missing with its reason, alone.
 *
 * @param running by the kernel: its process is there and belongs to it
 * @param rootReadOnly by the per-mount options of its own mount table
 * @param writableMounts empty list where it has none, missing where it does not run
 * @param deletedFiles of the layer, still open
 * @param user of its first process, as it sees it itself
 */
public record ContainerView(
    Container container,
    boolean running,
    Reading<Boolean> rootReadOnly,
    Reading<List<WritableMount>> writableMounts,
    Reading<LayerUsage> layer,
    Reading<LayerUsage.Quota> quota,
    Reading<DeletedFiles> deletedFiles,
    Reading<Long> logBytes,
    Reading<List<Reading<TmpfsUsage>>> tmpfs,
    Reading<MemoryUsage> memory,
    Reading<TmpfsRisk> risk,
    Map<HardeningCheck, Reading<Boolean>> hardening,
    Reading<ProcessUser> user) {

  public ContainerView {
    EnumMap<HardeningCheck, Reading<Boolean>> inOrder = new EnumMap<>(HardeningCheck.class);
    inOrder.putAll(hardening);
    hardening = Collections.unmodifiableMap(inOrder);
  }

  public String id() {
    return container.id();
  }

  public String name() {
    return container.name();
  }

  /** All tmpfs mounts that it can write to, together. */
  public Reading<TmpfsSpace> tmpfsSpace() {
    return switch (tmpfs) {
      case Reading.Missing<List<Reading<TmpfsUsage>>> missing -> missing.as();
      case Reading.Present<List<Reading<TmpfsUsage>>>(var mounts) -> TmpfsSpace.of(mounts);
    };
  }

  /** The tmpfs mounts that could be read, in a list of the caller's own. */
  public List<TmpfsUsage> tmpfsRead() {
    if (!(tmpfs instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts))) {
      return new ArrayList<>();
    }
    List<TmpfsUsage> read = new ArrayList<>(mounts.size());
    for (Reading<TmpfsUsage> mount : mounts) {
      if (mount instanceof Reading.Present<TmpfsUsage>(TmpfsUsage usage)) {
        read.add(usage);
      }
    }
    return read;
  }

  /** What is read of the tmpfs that a mount is of. */
  public Optional<TmpfsUsage> tmpfsOf(WritableMount mount) {
    return tmpfsRead().stream().filter(mount::isOf).findFirst();
  }

  /** tmpfs and shared memory that is charged to it; empty where that is not told. */
  public OptionalLong shmemBytes() {
    return memory instanceof Reading.Present<MemoryUsage>(MemoryUsage usage)
        ? usage.shmemBytes()
        : OptionalLong.empty();
  }

  /** The one check that the kernel alone answers: it is missing where the privileges are. */
  private Reading<Boolean> posture() {
    return hardening.getOrDefault(
        HardeningCheck.SECCOMP, Reading.notApplicable("no checks were asked"));
  }

  /** Whether none of its readings is missing by a fault: mostly so, and told without a list. */
  public boolean isWithoutFault() {
    return !isFault(rootReadOnly)
        && !isFault(posture())
        && !isFault(layer)
        && !isFault(logBytes)
        && !isFault(tmpfs)
        && !isFault(memory)
        && !isFault(container.hostConfig())
        && isEachMountWithoutFault();
  }

  private boolean isEachMountWithoutFault() {
    if (tmpfs instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts)) {
      for (Reading<TmpfsUsage> mount : mounts) {
        if (isFault(mount)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isFault(Reading<?> reading) {
    return reading instanceof Reading.Missing<?> missing && missing.cause().isFault();
  }

  /** Every reading by name, for those who want to say what is missing. */
  public Map<String, Reading<?>> readings() {
    Map<String, Reading<?>> all = new LinkedHashMap<>();
    all.put("mounts", rootReadOnly);
    all.put("posture", posture());
    all.put("layer", layer);
    all.put("deleted_files", deletedFiles);
    all.put("log", logBytes);
    all.put("tmpfs", tmpfs);
    all.put("memory", memory);
    all.put("hostconfig", container.hostConfig());
    if (tmpfs instanceof Reading.Present<List<Reading<TmpfsUsage>>>(var mounts)) {
      for (Reading<TmpfsUsage> mount : mounts) {
        if (!mount.isPresent()) {
          all.put("tmpfs", mount);
          break;
        }
      }
    }
    return all;
  }
}
