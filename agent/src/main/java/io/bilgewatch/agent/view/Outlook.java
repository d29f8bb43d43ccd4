package io.bilgewatch.agent.view;

import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Where things are going. A forecast that is empty is not coming, or nobody can tell; a growth that
 * is missing says why.
 *
 * @param containers by container id
 * @param filesystems by mount point
 */
public record Outlook(
    Map<String, OfContainer> containers, Map<KernelPath, OfFilesystem> filesystems) {

  public static final Outlook NONE = new Outlook(Map.of(), Map.of());

  public Outlook {
    containers = Map.copyOf(containers);
    filesystems = Map.copyOf(filesystems);
  }

  /**
   * A container's.
   *
   * @param layerFullSeconds until the layer's quota is reached
   * @param tmpfs by mount point
   * @param oomSeconds until filling its tmpfs ends in an OOM kill
   */
  public record OfContainer(
      Reading<Growth> layer,
      OptionalDouble layerFullSeconds,
      Map<KernelPath, OfTmpfs> tmpfs,
      OptionalDouble oomSeconds) {

    public static final OfContainer UNKNOWN =
        new OfContainer(
            Reading.missing(Cause.PENDING, "not measured yet"),
            OptionalDouble.empty(),
            Map.of(),
            OptionalDouble.empty());

    public OfContainer {
      tmpfs = Map.copyOf(tmpfs);
    }
  }

  /**
   * A tmpfs mount's.
   *
   * @param fullSeconds until ENOSPC
   */
  public record OfTmpfs(Reading<Growth> growth, OptionalDouble fullSeconds) {}

  /**
   * A file system's.
   *
   * @param used growth of what is used of it
   * @param fullSeconds until no space is left
   * @param shares of its containers in that growth, largest first
   */
  public record OfFilesystem(Reading<Growth> used, OptionalDouble fullSeconds, List<Share> shares) {
    public static final OfFilesystem UNKNOWN =
        new OfFilesystem(
            Reading.missing(Cause.PENDING, "not measured yet"), OptionalDouble.empty(), List.of());

    public OfFilesystem {
      shares = List.copyOf(shares);
    }
  }

  /**
   * How much of a file system's growth is one container's layer.
   *
   * @param ratio of the growth, 0 to 1
   */
  public record Share(String container, String containerId, double bytesPerSecond, double ratio) {}

  public OfFilesystem of(KernelPath mountPoint) {
    return filesystems.getOrDefault(mountPoint, OfFilesystem.UNKNOWN);
  }

  public OfContainer of(String containerId) {
    return containers.getOrDefault(containerId, OfContainer.UNKNOWN);
  }
}
