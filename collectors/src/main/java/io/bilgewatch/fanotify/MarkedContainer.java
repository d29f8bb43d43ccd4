package io.bilgewatch.fanotify;

import io.bilgewatch.kernel.KernelPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is known of one armed container in its round, which lasts until it is armed again. Guarded
 * by {@link WriteMarks}.
 */
final class MarkedContainer {
  /** So many files are named in a round; beyond, the whole container is looked at. */
  static final int MOST_FILES = 32;

  /** A file that is replaced again and again is told as often. */
  static final int MOST_EVENTS = 128;

  final String id;
  final int pid;
  final long device;
  final OptionalLong mountId;

  /** Whether an event bore the overlay's device: then all of its files do. */
  boolean knownByDevice;

  private final Set<KernelPath> told = new HashSet<>();
  private final Set<KernelPath> pending = new LinkedHashSet<>();
  private final List<KernelPath> ignored = new ArrayList<>();
  private boolean strays;
  private boolean complete;
  private boolean allPending;
  private int events;

  MarkedContainer(String id, int pid, OverlayRoot root) {
    this.id = id;
    this.pid = pid;
    this.device = root.device();
    this.mountId = root.mountId();
  }

  boolean isAt(int pid, OverlayRoot root) {
    return this.pid == pid && device == root.device() && mountId.equals(root.mountId());
  }

  /** Whether a mount is the container's root, by which files have the names that it gives them. */
  boolean isRoot(OptionalLong mount) {
    return mountId.isPresent() && mountId.equals(mount);
  }

  /** Whether everything that is written is told; false where its mark was dropped. */
  boolean isComplete() {
    return complete;
  }

  /**
   * @return whether it was complete until now
   */
  boolean begin() {
    boolean unbroken = complete;
    complete = true;
    events = 0;
    told.clear();
    if (!unbroken) {
      // Whoever armed it looks at everything anyway.
      pending.clear();
      allPending = false;
    }
    return unbroken;
  }

  /** One more event; false where there are too many. */
  boolean count() {
    events++;
    return events <= MOST_EVENTS;
  }

  /**
   * @return whether it is the first time in this round
   */
  boolean tell(KernelPath path) {
    pending.add(path);
    return told.add(path);
  }

  boolean isFull() {
    return told.size() > MOST_FILES;
  }

  void tellAll() {
    complete = false;
    allPending = true;
  }

  /** Remembers a file that is ignored until the round's end, to be found by its name then. */
  void ignored(KernelPath path) {
    ignored.add(path);
  }

  /** One is ignored that its name will not find. */
  void ignoredStray() {
    strays = true;
  }

  boolean hasStrays() {
    return strays;
  }

  /** The names of the files that were ignored, which are forgotten. */
  List<KernelPath> takeIgnored() {
    List<KernelPath> names = List.copyOf(ignored);
    forgetIgnored();
    return names;
  }

  void forgetIgnored() {
    ignored.clear();
    strays = false;
  }

  boolean isPending() {
    return allPending || !pending.isEmpty();
  }

  Written take() {
    Written written = new Written(id, List.copyOf(pending), allPending);
    pending.clear();
    allPending = false;
    return written;
  }
}
