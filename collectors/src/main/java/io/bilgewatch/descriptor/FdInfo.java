package io.bilgewatch.descriptor;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;

/**
 * The mount of an open descriptor, by {@code /proc/<pid>/fdinfo/<fd>} (proc_pid_fdinfo(5)), which
 * the kernel tells without asking the file system:
 *
 * <pre>
 * pos:	0
 * flags:	0100002
 * mnt_id:	29          since Linux 3.15: field 1 of the mount's line in mountinfo
 * ino:	12345           since Linux 5.14; what follows depends on what is open
 * </pre>
 */
final class FdInfo {
  private static final String MOUNT = "mnt_id:";

  private FdInfo() {}

  static int mountId(byte[] text) throws Malformed {
    String lines = new String(text, StandardCharsets.ISO_8859_1);
    int at = lines.startsWith(MOUNT) ? 0 : lines.indexOf("\n" + MOUNT) + 1;
    int end = lines.indexOf('\n', at);
    if (end > at + MOUNT.length() && lines.startsWith(MOUNT, at)) {
      try {
        return Integer.parseInt(lines.substring(at + MOUNT.length(), end).strip());
      } catch (NumberFormatException e) {
        throw new Malformed("fdinfo", "a number behind mnt_id:", e);
      }
    }
    throw new Malformed("fdinfo", 0, "a line with mnt_id:", text);
  }
}
