package io.bilgewatch.mount;

import io.bilgewatch.kernel.KernelPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The directories that an overlay mount is made of (Documentation/filesystems/overlayfs.rst), as
 * its mounter named them: they may be relative to a directory that nobody remembers.
 *
 * <pre>
 * lowerdir=/l1:/l2::/data,upperdir=/a\134\054b/diff,workdir=/a\134\054b/work
 * lowerdir+=/l1,lowerdir+=/l2,datadir+=/data,upperdir=…           Linux 6.8
 * </pre>
 *
 * <p>Two layers of escapes: the kernel's octal ones outside, and within them the backslashes by
 * which the mounter protected commas and colons. {@code lowerdir+} has the kernel's only.
 *
 * @param upperdir empty for an overlay that can't be written to
 * @param lowerdirs topmost first, layers of data alone included
 */
public record Overlay(
    Optional<KernelPath> upperdir, Optional<KernelPath> workdir, List<KernelPath> lowerdirs) {

  public Overlay {
    lowerdirs = List.copyOf(lowerdirs);
  }

  /** Empty for a mount of another type. */
  public static Optional<Overlay> of(Mount mount) {
    if (!mount.isOverlay()) {
      return Optional.empty();
    }
    List<KernelPath> lowerdirs = new ArrayList<>();
    mount.superOption("lowerdir").forEach(value -> addList(lowerdirs, octal(value)));
    mount.superOption("lowerdir+").forEach(value -> lowerdirs.add(KernelPath.of(octal(value))));
    mount.superOption("datadir+").forEach(value -> lowerdirs.add(KernelPath.of(octal(value))));
    return Optional.of(
        new Overlay(directory(mount, "upperdir"), directory(mount, "workdir"), lowerdirs));
  }

  /** The upperdir, where it is relative taken from the given directory. */
  public Optional<KernelPath> upperdir(KernelPath base) {
    return upperdir.map(path -> path.isAbsolute() ? path : base.resolve(path));
  }

  private static Optional<KernelPath> directory(Mount mount, String option) {
    List<String> values = mount.superOption(option);
    return values.isEmpty() ? Optional.empty() : Optional.of(unescaped(octal(values.getLast())));
  }

  private static byte[] octal(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return Octal.decode(bytes, 0, bytes.length);
  }

  /** Parts a list at its colons; an empty part stands between {@code ::} and is no directory. */
  private static void addList(List<KernelPath> directories, byte[] list) {
    int from = 0;
    for (int i = 0; i <= list.length; i++) {
      if (i < list.length && list[i] == '\\') {
        i++;
      } else if (i == list.length || list[i] == ':') {
        if (i > from) {
          directories.add(unescaped(Arrays.copyOfRange(list, from, i)));
        }
        from = i + 1;
      }
    }
  }

  /** As {@code ovl_unescape} of fs/overlayfs/params.c: a backslash protects the next byte. */
  private static KernelPath unescaped(byte[] bytes) {
    byte[] plain = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 1 < bytes.length) {
        i++;
      }
      plain[length++] = bytes[i];
    }
    return KernelPath.of(plain, 0, length);
  }
}
