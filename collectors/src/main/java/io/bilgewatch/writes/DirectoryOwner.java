package io.bilgewatch.writes;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.Statx;
import java.util.Optional;

/**
 * Whose a directory is, in the host's numbers.
 *
 * @param mode permission bits, 12 of them
 */
public record DirectoryOwner(int uid, int gid, int mode) {
  private static final int PERMISSIONS = 07777;

  /**
   * Of a directory that is in an upperdir; empty where it is not there, or a link leads to it.
   *
   * @param upperdir as this process reaches it
   * @param directory as the container names it
   */
  public static Optional<DirectoryOwner> of(KernelPath upperdir, KernelPath directory) {
    try (Fd upper = Fd.open(upperdir, Fd.O_PATH | Fd.O_DIRECTORY);
        Fd found = OpenHow.withoutLinks(upper, directory);
        Statx statx = new Statx()) {
      statx.of(found);
      return statx.isDirectory()
          ? Optional.of(new DirectoryOwner(statx.uid(), statx.gid(), statx.mode() & PERMISSIONS))
          : Optional.empty();
    } catch (ErrnoException _) {
      return Optional.empty();
    }
  }
}
