package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the kernel calls a file, understood (d_path of the kernel).
 *
 * <pre>
 * /var/log/app.log
 * /tmp/x (deleted)         removed, or really so named
 * (unreachable)/x          nowhere below any root
 * </pre>
 *
 * @param deleted whether it is known to be gone
 */
record FileName(KernelPath path, boolean deleted) {
  private static final byte[] DELETED = " (deleted)".getBytes(StandardCharsets.US_ASCII);

  /**
   * Empty where the text names no file for sure.
   *
   * @param links the file's; with some left, a file that is marked as deleted may have another name
   */
  static Optional<FileName> of(KernelPath said, long links) {
    if (!said.isAbsolute()) {
      return Optional.empty();
    }
    byte[] bytes = said.bytes();
    int end = bytes.length - DELETED.length;
    boolean marked = end > 0 && Arrays.equals(bytes, end, bytes.length, DELETED, 0, DELETED.length);
    if (marked != (links == 0)) {
      return Optional.empty();
    }
    return Optional.of(
        marked ? new FileName(KernelPath.of(bytes, 0, end), true) : new FileName(said, false));
  }
}
