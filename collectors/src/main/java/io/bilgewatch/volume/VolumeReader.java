package io.bilgewatch.volume;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.Statx;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerMeasurement;
import io.bilgewatch.overlay.LayerUsage.DirectoryUsage;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.volume.VolumeUse.Since;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Measures a mount of a container from outside, through {@code /proc/<pid>/root}: opened without
 * following a link, and only if it is the mount of the table; walked without following one, and
 * without leaving it for what is mounted below. A mount may belong to a dead server, and then no
 * call comes back: this waits as long as they do.
 */
public final class VolumeReader {
  private final HostRoot host;

  public VolumeReader(HostRoot host) {
    this.host = host;
  }

  /**
   * @param pid a process of the container, in the host's numbers
   * @param mount visible in its mount table
   * @param since what changed after is told apart; empty: nothing is
   * @param budget which ends a walk; then what was found is a lower bound
   */
  public Reading<VolumeUse> read(
      int pid, Mount mount, Optional<Instant> since, Budget budget, Pace pace) {
    try (Fd fd = open(pid, mount);
        Statx statx = new Statx()) {
      statx.of(fd);
      if (!mount.holds(statx)) {
        return Reading.missing(
            Cause.FAILED, "something else stands at " + mount.mountPoint() + " by now");
      }
      return statx.isDirectory()
          ? directory(fd, mount, new VolumeTally(statx.changed(), since), budget, pace)
          : Reading.of(file(statx, since));
    } catch (ErrnoException e) {
      return Reading.failed(e);
    }
  }

  /** The container's root is let go at once: a descriptor that is kept would pin it. */
  private Fd open(int pid, Mount mount) throws ErrnoException {
    try (Fd root = Fd.open(host.process(pid, "root"), Fd.O_PATH | Fd.O_DIRECTORY)) {
      return OpenHow.withoutLinks(root, mount.mountPoint());
    }
  }

  private static Reading<VolumeUse> directory(
      Fd fd, Mount mount, VolumeTally tally, Budget budget, Pace pace) {
    try (LayerWalk walk = LayerWalk.withinMount(budget)) {
      return switch (walk.measure(fd, pace, tally)) {
        case Reading.Missing<LayerMeasurement> missing -> missing.as();
        case Reading.Present<LayerMeasurement>(LayerMeasurement found) -> {
          if (found.shortfall().isPresent() && tally.entries() == 0) {
            yield Reading.missing(Cause.FAILED, "nothing of it could be read: " + why(found));
          }
          yield Reading.of(use(found, tally, mount.mountPoint()));
        }
      };
    }
  }

  private static String why(LayerMeasurement found) {
    return found.shortfall().orElseThrow().label();
  }

  private static VolumeUse use(LayerMeasurement found, VolumeTally tally, KernelPath mountPoint) {
    List<DirectoryUsage> largest =
        found.usage().largest().stream()
            .map(one -> new DirectoryUsage(below(mountPoint, one.path()), one.allocatedBytes()))
            .toList();
    return new VolumeUse(
        found.usage().allocatedBytes(),
        tally.entries(),
        tally.lastChange(),
        tally.since(),
        largest,
        found.shortfall());
  }

  /**
   * @param path from the mount's own directory, beginning with a slash
   */
  private static KernelPath below(KernelPath mountPoint, KernelPath path) {
    return mountPoint.resolve(KernelPath.of(path.bytes(), 1, path.length()));
  }

  private static VolumeUse file(Statx statx, Optional<Instant> since) {
    Optional<Since> changed =
        since.map(time -> {
          boolean is = !statx.changed().isBefore(time);
          return new Since(time, is ? 1 : 0, is ? statx.allocatedBytes() : 0);
        });
    return new VolumeUse(
        statx.allocatedBytes(), 1, statx.changed(), changed, List.of(), Optional.empty());
  }
}
