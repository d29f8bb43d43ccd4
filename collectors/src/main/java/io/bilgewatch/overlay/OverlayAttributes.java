package io.bilgewatch.overlay;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where overlayfs keeps its marks on a layer, and whether this process can see them. The kernel
 * answers "not set" to a process without CAP_SYS_ADMIN in the initial user namespace, and what is
 * not marked looks created: so it must be known beforehand (overlayfs.rst of the kernel's
 * documentation, xattr(7)).
 */
public enum OverlayAttributes {
  /** {@code trusted.overlay.*}, readable. */
  TRUSTED("trusted.overlay."),
  /** {@code user.overlay.*}: mounted with {@code userxattr}, as a rootless engine does. */
  USER("user.overlay."),
  /** {@code trusted.overlay.*}, and this process may not read them. */
  UNREADABLE("");

  private static final int CAP_SYS_ADMIN = 21;

  /** The initial user namespace maps every id but the invalid one. */
  private static final long ALL_IDS = 0xffffffffL;

  final String prefix;

  OverlayAttributes(String prefix) {
    this.prefix = prefix;
  }

  /**
   * @param superOptions of the overlay mount, as mountinfo has them
   * @param trustedReadable what {@link #trustedReadable()} says of this process
   */
  public static OverlayAttributes of(String superOptions, boolean trustedReadable) {
    if (Arrays.asList(superOptions.split(",", -1)).contains("userxattr")) {
      return USER;
    }
    return trustedReadable ? TRUSTED : UNREADABLE;
  }

  /** Whether this process has CAP_SYS_ADMIN where it counts for {@code trusted.} attributes. */
  public static boolean trustedReadable() throws IOException {
    return trustedReadable(
        KernelFile.read(HostRoot.LIVE.proc("self", "status")),
        KernelFile.read(HostRoot.LIVE.proc("self", "uid_map")));
  }

  /**
   * @param status {@code /proc/self/status}, of which one line counts: {@code
   *     CapEff:\t000001ffffffffff}
   * @param uidMap {@code /proc/self/uid_map}, in the initial user namespace always {@code 0 0
   *     4294967295}: first id inside, first id outside, count
   */
  static boolean trustedReadable(byte[] status, byte[] uidMap) {
    String[] ids = text(uidMap).strip().split("\\s+", -1);
    boolean initial =
        ids.length == 3
            && ids[0].equals("0")
            && ids[1].equals("0")
            && ids[2].equals(Long.toString(ALL_IDS));
    return initial
        && text(status)
            .lines()
            .filter(line -> line.startsWith("CapEff:"))
            .map(line -> line.substring("CapEff:".length()).strip())
            .anyMatch(OverlayAttributes::hasSysAdmin);
  }

  private static boolean hasSysAdmin(String mask) {
    try {
      return (Long.parseUnsignedLong(mask, 16) >>> CAP_SYS_ADMIN & 1) == 1;
    } catch (NumberFormatException e) {
      // Unknown is treated as no: then changes are absent, never wrong.
      return false;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
