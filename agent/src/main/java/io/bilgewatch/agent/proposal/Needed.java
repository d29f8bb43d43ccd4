package io.bilgewatch.agent.proposal;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.writes.WrittenPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A mount that is being put together. */
final class Needed {
  static final long MIB = 1 << 20;
  private static final int EVERYBODYS = 01777;

  final KernelPath path;
  private final boolean ofTheImage;
  private final List<String> what = new ArrayList<>();
  private Mount.Kind kind;
  private boolean mayExecute;
  private long bytes;
  private long inMemory;
  private long leastBytes = MIB;

  /**
   * @param ofTheImage whether the image has the directory; else whoever writes there made it
   */
  Needed(KernelPath path, Mount.Kind kind, boolean ofTheImage) {
    this.path = path;
    this.kind = kind;
    this.ofTheImage = ofTheImage;
  }

  boolean isOfTheImage() {
    return ofTheImage;
  }

  Mount.Kind kind() {
    return kind;
  }

  void add(WrittenPlace place) {
    add(
        place.changes().bytes(),
        place.what().leastMib() * MIB,
        place.changes().executables() > 0,
        place.what().what());
  }

  void add(long moreBytes, long atLeast, boolean executable, String why) {
    bytes += moreBytes;
    leastBytes = Math.max(leastBytes, atLeast);
    mayExecute |= executable;
    if (!what.contains(why)) {
      what.add(why);
    }
  }

  /** What was added is in memory already, and charged. */
  void isInMemory() {
    inMemory = bytes;
  }

  /** Whether a mount above makes this one too: whoever writes there makes the directory. */
  boolean isPartOf(Needed above) {
    return !ofTheImage && above.kind == kind && path.isAtOrBelow(above.path);
  }

  void take(Needed below) {
    below.what.stream().filter(text -> !what.contains(text)).forEach(what::add);
    bytes += below.bytes;
    inMemory += below.inMemory;
    leastBytes = Math.max(leastBytes, below.leastBytes);
    mayExecute |= below.mayExecute;
  }

  /** Memory has no room for it. */
  void becomeVolume() {
    kind = Mount.Kind.VOLUME;
  }

  /**
   * Of a tmpfs, a power of two of MiB.
   *
   * @param times as much as was seen
   */
  long size(int times) {
    long wanted = Math.max(times == 1 ? MIB : leastBytes, bytes * times);
    long size = MIB;
    while (size < wanted) {
      size *= 2;
    }
    return size;
  }

  /** What a tmpfs of that size may take of what memory has left. */
  long room(int times) {
    return size(times) - inMemory;
  }

  /**
   * A tmpfs is root's; it has the mode of the image's directory, and is everybody's without one.
   */
  private List<String> options(Optional<Mount.Owner> owner) {
    // Docker's own default is noexec: what may be executed must be said.
    List<String> options =
        new ArrayList<>(List.of("nosuid", "nodev", mayExecute ? "exec" : "noexec"));
    owner
        .filter(one -> !ofTheImage && one.mode() != EVERYBODYS)
        .ifPresent(one -> options.add("mode=%o".formatted(one.mode())));
    owner
        .filter(one -> !one.isRoot())
        .ifPresent(one -> options.addAll(List.of("uid=" + one.uid(), "gid=" + one.gid())));
    return options;
  }

  /**
   * @param owner of the directory; empty where it is not known
   */
  Mount mount(int times, Optional<Mount.Owner> owner) {
    boolean tmpfs = kind == Mount.Kind.TMPFS;
    Optional<Mount.Owner> stranger = owner.filter(one -> !one.isRoot());
    return new Mount(
        path,
        kind,
        tmpfs ? OptionalLong.of(size(times)) : OptionalLong.empty(),
        tmpfs ? options(owner) : List.of(),
        // A new volume is given to whom the image's directory belongs to.
        tmpfs || !ofTheImage ? stranger : Optional.empty(),
        String.join(", ", what));
  }
}
