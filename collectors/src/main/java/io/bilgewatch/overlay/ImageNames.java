package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.overlay.LowerLayers.Has;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows a walk through a layer, and says what the image has there. Below a directory that the
 * image lacks nothing is asked, so that memory and calls follow the image and not the container.
 */
final class ImageNames {
  private final LowerLayers layers;
  private final List<Integer> ends = new ArrayList<>();
  private byte[] path = new byte[256];
  private int length;

  /** Directories that were entered below the last one that the image has. */
  private int beyond;

  ImageNames(LowerLayers layers) {
    this.layers = layers;
  }

  void start() {
    ends.clear();
    length = 0;
    beyond = 0;
  }

  /**
   * The current entry, a directory, is entered.
   *
   * @param hidden whether what the image may have there is not to be seen
   * @return whether the image has it, as far as is known
   */
  boolean enter(Directory parent, boolean hidden) {
    if (beyond > 0 || hidden || !isDirectory(parent)) {
      beyond++;
      return false;
    }
    ends.add(length);
    length = append(parent);
    return true;
  }

  private boolean isDirectory(Directory entry) {
    return switch (ask(entry)) {
      case NOTHING -> false;
      case SOMETHING -> layers.stat().isDirectory();
      case UNKNOWN -> true;
    };
  }

  /** The directory that was entered last and not left. */
  void leave() {
    if (beyond > 0) {
      beyond--;
    } else {
      length = ends.removeLast();
    }
  }

  /** Whether the image has what the current entry is, by its name and type. */
  Has has(Directory parent, StatxBuffer entry) {
    Has has = beyond > 0 ? Has.NOTHING : ask(parent);
    boolean other = has == Has.SOMETHING && layers.stat().type() != entry.type();
    return other ? Has.NOTHING : has;
  }

  /** Whether what was found last has several names: overlayfs leaves no mark on a copy of it. */
  boolean isLinked() {
    return layers.stat().links() > 1;
  }

  private Has ask(Directory entry) {
    return layers.at(KernelPath.of(path, 0, append(entry)));
  }

  /** Writes the entry's name behind the path; the path's end then. */
  private int append(Directory entry) {
    int name = entry.nameLength();
    if (length + name + 1 > path.length) {
      path = Arrays.copyOf(path, 2 * (length + name + 1));
    }
    path[length] = '/';
    entry.copyName(path, length + 1, name);
    return length + 1 + name;
  }
}
