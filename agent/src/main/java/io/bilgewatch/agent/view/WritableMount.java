package io.bilgewatch.agent.view;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.util.List;
import java.util.Locale;

/**
 * A mount that the container can write to, by the per-mount options.
 *
 * @param device major:minor, the identity of its file system; empty where that is not known, as of
 *     a mount that is only asked for
 */
public record WritableMount(KernelPath path, Kind kind, List<String> options, String device) {

  public WritableMount {
    options = List.copyOf(options);
  }

  /** One whose file system is not known. */
  public WritableMount(KernelPath path, Kind kind, List<String> options) {
    this(path, kind, options, "");
  }

  /**
   * Whether it is that tmpfs. Of one that is mounted at several paths, as by {@code
   * --volumes-from}, a usage names one of them.
   */
  public boolean isOf(TmpfsUsage usage) {
    return kind == Kind.TMPFS
        && (usage.mountPoint().equals(path)
            || (!device.isEmpty() && device.equals(usage.device())));
  }

  /** What it is: memory, a Docker volume, or a place of the host. */
  public enum Kind {
    TMPFS,
    VOLUME,
    BIND;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
