package io.bilgewatch.agent.contract;

import io.bilgewatch.kernel.KernelPath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A place that may be written to.
 *
 * @param size the most that a tmpfs may have; nothing else has one
 * @param options that the mount must have
 * @param why for who reviews it
 */
public record WritablePath(
    KernelPath path, Kind kind, OptionalLong size, List<String> options, String why) {

  public WritablePath {
    options = List.copyOf(options);
    if ((kind == Kind.TMPFS) != size.isPresent()) {
      throw new IllegalArgumentException("a tmpfs has a size, and nothing else has");
    }
  }

  /** What it is. */
  public enum Kind {
    TMPFS,
    VOLUME,
    BIND,
    /** A part of the writable layer, of a service whose root is not read-only yet. */
    LAYER;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> named(String label) {
      return Stream.of(values()).filter(kind -> kind.label().equals(label)).findFirst();
    }
  }
}
