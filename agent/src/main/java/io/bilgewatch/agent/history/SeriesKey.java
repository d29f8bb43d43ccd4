package io.bilgewatch.agent.history;

import io.bilgewatch.kernel.KernelPath;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a history is of.
 *
 * @param owner a container's id, or a file system's mount point
 * @param name a tmpfs' mount point; empty elsewhere
 */
public record SeriesKey(Kind kind, KernelPath owner, KernelPath name) {
  private static final KernelPath NONE = KernelPath.of("");

  public SeriesKey {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(name, "name");
  }

  /** Asked for each history each second: written out, since a record's own is slower by far. */
  @Override
  public int hashCode() {
    return 31 * (31 * kind.hashCode() + owner.hashCode()) + name.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesKey key
        && kind == key.kind
        && owner.equals(key.owner)
        && name.equals(key.name);
  }

  /** What is measured. */
  public enum Kind {
    /** Bytes of a writable layer. */
    LAYER,
    /** Bytes of a tmpfs. */
    TMPFS,
    /** Bytes until the OOM kill, negative: what takes of the headroom is growth. */
    HEADROOM,
    /** Bytes of a file system that are not to be had any more. */
    FILESYSTEM;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> labelled(String label) {
      return Stream.of(values()).filter(kind -> kind.label().equals(label)).findFirst();
    }
  }

  public static SeriesKey layer(String containerId) {
    return new SeriesKey(Kind.LAYER, KernelPath.of(containerId), NONE);
  }

  public static SeriesKey tmpfs(String containerId, KernelPath mountPoint) {
    return new SeriesKey(Kind.TMPFS, KernelPath.of(containerId), mountPoint);
  }

  public static SeriesKey headroom(String containerId) {
    return new SeriesKey(Kind.HEADROOM, KernelPath.of(containerId), NONE);
  }

  public static SeriesKey filesystem(KernelPath mountPoint) {
    return new SeriesKey(Kind.FILESYSTEM, mountPoint, NONE);
  }
}
