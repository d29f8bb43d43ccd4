package io.bilgewatch.agent.proposal;

import io.bilgewatch.kernel.KernelPath;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A mount that is to be declared.
 *
 * @param size of a tmpfs in bytes, a whole number of MiB
 * @param options of mount(8), in the order in which they are written: {@code noexec}
 * @param owner whom a fresh volume must be given to, or a tmpfs is given to by its options; empty
 *     where that is right by itself
 * @param why for people, in one line: what was written there
 */
public record Mount(
    KernelPath path,
    Kind kind,
    OptionalLong size,
    List<String> options,
    Optional<Owner> owner,
    String why) {

  public Mount {
    options = List.copyOf(options);
    if ((kind == Kind.TMPFS) != size.isPresent()) {
      throw new IllegalArgumentException("a tmpfs has a size, and nothing else has");
    }
  }

  /** What it is made of. */
  public enum Kind {
    TMPFS,
    VOLUME
  }

  /**
   * A user and a group, in the container's own numbers.
   *
   * @param mode permission bits
   */
  public record Owner(int uid, int gid, int mode) {
    boolean isRoot() {
      return uid == 0 && gid == 0;
    }
  }
}
