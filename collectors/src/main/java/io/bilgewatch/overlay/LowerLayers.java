package io.bilgewatch.overlay;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.LinkFreeOpener;
import io.bilgewatch.libc.StatxBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers below a container's own: whether its image has something at a path. Each is looked
 * into by openat2(2) beneath it, and no link is followed. The first that has the name decides; a
 * whiteout there, or one above it, says that it was deleted. That a layer hides a whole directory
 * of those below it (an opaque one) shows in attributes that take CAP_SYS_ADMIN, and is not looked
 * for: what was deleted so is taken for there still.
 *
 * <p>Holds a descriptor for each layer. Not for several threads.
 */
public final class LowerLayers implements AutoCloseable {
  private final List<Fd> layers = new ArrayList<>();
  private final LinkFreeOpener opener = new LinkFreeOpener();
  private final StatxBuffer stat = new StatxBuffer();
  private boolean unreadable;

  /** What the image has at a path. */
  public enum Has {
    NOTHING,
    SOMETHING,
    /** A layer could not be read. */
    UNKNOWN
  }

  private LowerLayers() {}

  /**
   * @param lowerdirs as this process reaches them, the topmost first
   */
  public static Reading<LowerLayers> open(List<Path> lowerdirs) {
    LowerLayers opened = new LowerLayers();
    try {
      for (Path lowerdir : lowerdirs) {
        opened.layers.add(Fd.open(lowerdir, Fd.O_PATH | Fd.O_DIRECTORY));
      }
      return Reading.of(opened);
    } catch (ErrnoException e) {
      opened.close();
      return Reading.failed(e);
    }
  }

  /**
   * @param path as the container names it
   */
  public Has at(KernelPath path) {
    for (Fd layer : layers) {
      try (Fd found = opener.open(layer, path)) {
        if (stat.descriptor(found.number()) != 0) {
          return unknown();
        }
        return stat.isWhiteoutDevice() ? Has.NOTHING : Has.SOMETHING;
      } catch (ErrnoException e) {
        // What is no directory and stands on the way hides what is below: ENOTDIR, ELOOP.
        switch (e.errno()) {
          case Errno.ENOENT -> {}
          case Errno.ENOTDIR, Errno.ELOOP -> {
            return Has.NOTHING;
          }
          default -> {
            return unknown();
          }
        }
      }
    }
    return Has.NOTHING;
  }

  private Has unknown() {
    unreadable = true;
    return Has.UNKNOWN;
  }

  /** What was found last. */
  StatxBuffer stat() {
    return stat;
  }

  /** Whether something could not be read, so that not all is known. */
  boolean isUnreadable() {
    return unreadable;
  }

  @Override
  public void close() {
    layers.forEach(Fd::close);
    opener.close();
    stat.close();
  }
}
