package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.KernelPath;
import java.util.List;

/**
 * What was written to in a container's overlay.
 *
 * @param files as the container names them; one that is gone again is among them
 * @param all more may have been written to than is named, and nothing more is told until the
 *     container is armed again: everything must be looked at
 */
public record Written(String containerId, List<KernelPath> files, boolean all) {
  public Written {
    files = List.copyOf(files);
  }
}
