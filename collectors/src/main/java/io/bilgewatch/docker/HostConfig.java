package io.bilgewatch.docker;

import java.util.List;
import java.util.Map;

/**
 * What Docker's {@code hostconfig.json} says of how a container was asked to run. The kernel may
 * say otherwise and is right.
 *
 * @param memoryBytes 0 where no limit was asked for
 * @param memorySwapBytes 0 where unset, -1 for unlimited swap
 * @param tmpfs {@code --tmpfs}: mount point to options
 * @param mounts {@code --mount}: type, source, target, tmpfs size
 * @param storageOptions {@code --storage-opt}, such as {@code size}
 */
public record HostConfig(
    boolean readonlyRootfs,
    boolean privileged,
    long memoryBytes,
    long memorySwapBytes,
    long shmSizeBytes,
    List<String> securityOptions,
    List<String> capabilitiesAdded,
    List<String> capabilitiesDropped,
    Map<String, String> tmpfs,
    List<Mount> mounts,
    List<String> binds,
    String logDriver,
    Map<String, String> logOptions,
    String restartPolicy,
    Map<String, String> storageOptions,
    String cgroupParent,
    String cgroupnsMode,
    String usernsMode,
    String runtime) {

  public HostConfig {
    securityOptions = List.copyOf(securityOptions);
    capabilitiesAdded = List.copyOf(capabilitiesAdded);
    capabilitiesDropped = List.copyOf(capabilitiesDropped);
    tmpfs = Map.copyOf(tmpfs);
    mounts = List.copyOf(mounts);
    binds = List.copyOf(binds);
    logOptions = Map.copyOf(logOptions);
    storageOptions = Map.copyOf(storageOptions);
  }

  /** One {@code --mount}; {@code tmpfsSizeBytes} is 0 where no size was asked for. */
  public record Mount(
      String type, String source, String target, boolean readOnly, long tmpfsSizeBytes) {}
}
