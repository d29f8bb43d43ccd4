package io.bilgewatch.agent.contract;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.ProcessUser;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;

/**
 * What a contract is compared with: one container, as it is.
 *
 * @param rootReadOnly by the mount table, as the mounts are
 * @param volumesWritable whether the container's user may write to all its volumes and binds
 * @param written what its layer holds
 * @param failures failed writes that were seen lately
 */
public record Observed(
    ContainerState state,
    boolean running,
    Reading<Boolean> rootReadOnly,
    Reading<ProcessUser> user,
    Reading<List<WritableMount>> mounts,
    Reading<List<Reading<TmpfsUsage>>> tmpfs,
    Reading<Boolean> volumesWritable,
    Reading<WrittenLayer> written,
    List<Failure> failures) {

  private static final Reading<Boolean> NO_VOLUMES = Reading.notApplicable("no writable volume");

  /**
   * A write that failed.
   *
   * @param text what was told of it, in one line
   */
  public record Failure(KernelPath path, String text) {}

  public Observed {
    failures = List.copyOf(failures);
  }

  public static Observed of(
      ContainerView view, Reading<WrittenLayer> written, List<Failure> failures) {
    return new Observed(
        view.container().state(),
        view.running(),
        view.rootReadOnly(),
        view.user(),
        view.writableMounts(),
        view.tmpfs(),
        view.hardening().getOrDefault(HardeningCheck.VOLUMES_WRITABLE_BY_USER, NO_VOLUMES),
        written,
        failures);
  }

  /** Whether it was Docker that was asked for a mount there. */
  boolean isAskedFor(KernelPath path) {
    return state.mountPoints().stream()
        .anyMatch(point -> KernelPath.of(point.destination()).equals(path));
  }

  /**
   * Whether something was asked to be mounted here or below: the engine makes directories and files
   * in the layer for that.
   */
  boolean isMountedAtOrBelow(KernelPath path) {
    boolean asked =
        state.mountPoints().stream()
            .anyMatch(point -> KernelPath.of(point.destination()).isAtOrBelow(path));
    return asked
        || mounts.orElse(List.of()).stream().anyMatch(mount -> mount.path().isAtOrBelow(path));
  }
}
