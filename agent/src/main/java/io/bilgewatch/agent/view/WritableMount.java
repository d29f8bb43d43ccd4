package io.bilgewatch.agent.view;

import io.bilgewatch.kernel.KernelPath;
import java.util.List;
import java.util.Locale;

/** A mount that the container can write to, by the per-mount options. */
public record WritableMount(KernelPath path, Kind kind, List<String> options) {

  public WritableMount {
    options = List.copyOf(options);
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
