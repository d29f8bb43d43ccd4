package io.bilgewatch.tmpfs;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;

/** What became of measuring one tmpfs mount of a container. */
public sealed interface TmpfsResult {

  /** The mount, as it was asked for. */
  Mount mount();

  /** The mount is where the table says; it was measured, or could not be. */
  record Measured(Mount mount, Reading<TmpfsUsage> usage) implements TmpfsResult {}

  /**
   * The mount is not, or not any more, where the table says: the container moved a directory above
   * it, or it was mounted over or unmounted. Read the mount table again.
   *
   * @param detail for people: what stands there instead
   */
  record Moved(Mount mount, String detail) implements TmpfsResult {}

  default KernelPath mountPoint() {
    return mount().mountPoint();
  }
}
