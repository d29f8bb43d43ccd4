package io.bilgewatch.mount;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.Statx;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One line of {@code /proc/<pid>/mountinfo} (proc_pid_mountinfo(5)).
 *
 * @param id unique while the mount lasts; {@code stx_mnt_id} of statx(2) names the same
 * @param root of the mount within its file system, octal escapes decoded
 * @param mountPoint relative to the process's root, octal escapes decoded
 * @param options per-mount options as written; {@code ro} here is what makes a mount read-only
 * @param optional the tagged fields before the single hyphen, such as {@code shared:1}
 * @param source decoded; may be empty
 * @param superOptions per-superblock options as written, escapes kept, since a value may hold an
 *     escaped comma
 */
public record Mount(
    int id,
    int parentId,
    int major,
    int minor,
    KernelPath root,
    KernelPath mountPoint,
    List<String> options,
    List<String> optional,
    String fsType,
    String source,
    String superOptions) {

  public Mount {
    options = List.copyOf(options);
    optional = List.copyOf(optional);
  }

  /** Read-only by the per-mount options: what the processes in the container feel. */
  public boolean readOnly() {
    return options.contains("ro");
  }

  /**
   * Whether the file system itself takes no writes. Says nothing of an overlay: a read-only
   * container's says {@code rw}.
   */
  public boolean superReadOnly() {
    return !superOption("ro").isEmpty();
  }

  /**
   * Whether what was looked at lies on this mount: by its id, or before Linux 5.8 by the device,
   * which other mounts may share.
   */
  public boolean holds(Statx statx) {
    OptionalLong mount = statx.mountId();
    return mount.isPresent()
        ? mount.getAsLong() == id
        : statx.deviceMajor() == major && statx.deviceMinor() == minor;
  }

  /** {@code major:minor}, the identity of the file system: mounts that share it are one. */
  public String device() {
    return major + ":" + minor;
  }

  public boolean isOverlay() {
    return fsType.equals("overlay");
  }

  public boolean isTmpfs() {
    return fsType.equals("tmpfs");
  }

  /**
   * The values of a super option, as written, in order; an option without a value has an empty one.
   * overlayfs repeats {@code lowerdir+}.
   */
  public List<String> superOption(String name) {
    List<String> values = new ArrayList<>();
    for (String option : SuperOptions.split(superOptions, isOverlay())) {
      int equals = option.indexOf('=');
      int end = equals < 0 ? option.length() : equals;
      if (end == name.length() && option.startsWith(name)) {
        values.add(equals < 0 ? "" : option.substring(equals + 1));
      }
    }
    return values;
  }
}
