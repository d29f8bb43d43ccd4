package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.ProjectSpace;
import io.bilgewatch.overlay.LayerUsage.Quota;
import java.util.OptionalLong;

/**
 * A layer's quota, as Docker's {@code --storage-opt size=} sets it: a project of its own on the
 * upperdir, with a limit. Two system calls, whatever the layer holds.
 */
public final class LayerQuota {
  /** Docker's {@code overlay2/<id>/diff} is two levels below what is in no project. */
  private static final int LEVELS_ABOVE = 3;

  private LayerQuota() {}

  /**
   * @param upperdir as of {@link LayerWalk#measure}
   * @return missing as NOT_APPLICABLE where no limit is set
   */
  public static Reading<Quota> of(KernelPath upperdir) {
    try (DirectoryOpener opener = new DirectoryOpener()) {
      int fd = opener.open(upperdir);
      try {
        ProjectSpace layer = ProjectSpace.of(fd);
        return decide(layer, isInProject(layer) ? outside(opener, fd, layer) : layer);
      } finally {
        opener.release(fd);
      }
    } catch (ErrnoException e) {
      return Reading.failed(e);
    }
  }

  /**
   * @param around the nearest directory above that is not in the layer's project. A project without
   *     a limit reports the whole file system, as that does
   */
  static Reading<Quota> decide(ProjectSpace layer, ProjectSpace around) {
    if (!isInProject(layer)) {
      return Reading.notApplicable("the layer is in no project");
    }
    if (layer.totalBytes() >= around.totalBytes()) {
      return Reading.notApplicable("project " + layer.projectId() + " has no limit");
    }
    long used = layer.totalBytes() - layer.freeBytes();
    return Reading.of(new Quota(layer.totalBytes(), OptionalLong.of(used)));
  }

  private static boolean isInProject(ProjectSpace space) {
    return space.projectId() != 0 && space.passedOn();
  }

  private static ProjectSpace outside(DirectoryOpener opener, int fd, ProjectSpace layer)
      throws ErrnoException {
    ProjectSpace around = layer;
    int above = fd;
    try {
      for (int i = 0; i < LEVELS_ABOVE && around.projectId() == layer.projectId(); i++) {
        int next = opener.openParent(above);
        if (next < 0) {
          return around;
        }
        if (above != fd) {
          opener.release(above);
        }
        above = next;
        around = ProjectSpace.of(above);
      }
      return around;
    } finally {
      if (above != fd) {
        opener.release(above);
      }
    }
  }
}
