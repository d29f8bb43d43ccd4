package io.bilgewatch.descriptor;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.MountTableReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;

/**
 * Which mounts show a container's own overlay: its root, what it binds of that elsewhere, and the
 * copies of both in mount namespaces that its processes make for themselves.
 */
final class OwnMounts {
  private final HostRoot host;
  private final String device;
  private final LookBudget budget;
  private final Set<Integer> ids = new HashSet<>();
  private final Set<String> namespaces = new HashSet<>();
  private final int first;
  private int lastPid;

  /**
   * @param first the process whose mount table is given
   */
  OwnMounts(HostRoot host, int first, MountTable table, Mount root, LookBudget budget) {
    this.host = host;
    this.first = first;
    this.device = root.device();
    this.budget = budget;
    add(table);
  }

  boolean has(int id) {
    return ids.contains(id);
  }

  /** As {@link #has(int)}, where the mount may be one of the process's own mount namespace. */
  boolean has(int id, int pid) throws IOException {
    if (!has(id) && pid != lastPid) {
      lastPid = pid;
      learn(pid);
    }
    return has(id);
  }

  private void learn(int pid) throws IOException {
    if (namespaces.isEmpty()) {
      namespaces.add(namespace(first));
    }
    if (namespaces.add(namespace(pid))) {
      budget.spend(LookBudget.MOUNT_TABLE);
      switch (new MountTableReader(host).readBounded(pid)) {
        case Reading.Present<MountTable>(MountTable table) -> add(table);
        case Reading.Missing<MountTable>(Reading.Cause cause, String detail) -> {
          if (cause.isFault()) {
            throw new IOException(detail);
          }
        }
      }
    }
  }

  private void add(MountTable table) {
    table.mounts().stream()
        .filter(mount -> mount.isOverlay() && mount.device().equals(device))
        .forEach(mount -> ids.add(mount.id()));
  }

  private String namespace(int pid) throws IOException {
    return Files.readSymbolicLink(host.process(pid, "ns", "mnt")).toString();
  }
}
