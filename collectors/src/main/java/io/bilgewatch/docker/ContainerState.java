package io.bilgewatch.docker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Docker's {@code config.v2.json} says of a container. A string that the file does not have is
 * empty; {@code pid} is 0 where the container does not run.
 *
 * @param name without the leading slash
 * @param image as the user named it ({@code Config.Image})
 * @param imageId {@code sha256:…}
 * @param storageDriver {@code overlay2}, {@code overlayfs} (containerd image store), …
 * @param user of {@code docker run --user} or the image; empty is root
 * @param home the value of HOME in the container's environment; empty where it is not set
 * @param restartCount restarts by the restart policy, Docker's own count
 * @param logPath as the host names it; empty for drivers without a file
 */
public record ContainerState(
    String id,
    String name,
    String image,
    String imageId,
    String storageDriver,
    Map<String, String> labels,
    String user,
    String home,
    boolean running,
    boolean paused,
    boolean restarting,
    boolean dead,
    boolean removalInProgress,
    boolean oomKilled,
    int pid,
    int exitCode,
    Optional<Instant> createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    long restartCount,
    String appArmorProfile,
    String processLabel,
    String mountLabel,
    String logPath,
    List<MountPoint> mountPoints) {

  /** As many hex digits as Docker's own tools show. */
  private static final int SHORT_ID = 12;

  public ContainerState {
    labels = Map.copyOf(labels);
    mountPoints = List.copyOf(mountPoints);
  }

  public String shortId() {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }

  /** One of Docker's declared mounts; the kernel's table is the truth, this names the kind. */
  public record MountPoint(
      String destination, String type, String source, String name, String mode, boolean writable) {}
}
