package io.bilgewatch.writes;

import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Directory;
import io.bilgewatch.libc.DirectoryOpener;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.StatxBuffer;
import io.bilgewatch.overlay.LowerLayers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the image of a container has in a directory; a mount on it would hide that. Of a running
 * container, all that is there in its own view, without what is in its upperdir alone; of one that
 * does not run, what is in the layers below.
 */
public final class ImageDirectory implements AutoCloseable {
  /** A container chooses how much there is; what is larger is taken for files of the image. */
  private static final int MOST_ENTRIES = 50_000;

  private static final int MOST_DEPTH = 8;

  private final DirectoryOpener opener = new DirectoryOpener();
  private final StatxBuffer stat = new StatxBuffer();
  private final Look look;
  private final Set<KernelPath> mounts;
  private final Optional<LowerLayers> lowers;
  private int entries;

  /** What the image has in a directory. */
  public enum Holds {
    /** Not even the directory, or it is empty. */
    NOTHING,
    /** Directories, in which there is no file. */
    DIRECTORIES,
    FILES
  }

  private interface Look {
    Holds at(KernelPath directory) throws ErrnoException;
  }

  private ImageDirectory(
      Function<ImageDirectory, Look> look, Set<KernelPath> mounts, Optional<LowerLayers> lowers) {
    this.look = look.apply(this);
    this.mounts = Set.copyOf(mounts);
    this.lowers = lowers;
  }

  /**
   * @param root {@code /proc/<pid>/root} of a process of the container
   * @param upperdir as this process reaches it
   * @param mounts of the container: what is mounted is not the image's, and may hang
   * @param lowers that tell a file of the image that was copied up from one that is new, where they
   *     can be read; they stay the caller's
   */
  public static ImageDirectory ofRunning(
      Path root, KernelPath upperdir, Set<KernelPath> mounts, Optional<LowerLayers> lowers) {
    return new ImageDirectory(one -> path -> one.inView(root, upperdir, path), mounts, lowers);
  }

  /**
   * @param lowerdirs as this process reaches them
   */
  public static ImageDirectory ofLayers(List<Path> lowerdirs) {
    return new ImageDirectory(
        one -> path -> one.inLayers(lowerdirs, path), Set.of(), Optional.empty());
  }

  /**
   * @param directory as the container names it; a symbolic link on the way makes it missing
   */
  public Reading<Holds> holds(KernelPath directory) {
    try {
      return Reading.of(look.at(directory));
    } catch (ErrnoException e) {
      return Reading.failed(e);
    }
  }

  private Holds inView(Path process, KernelPath upperdir, KernelPath directory)
      throws ErrnoException {
    try (Fd root = Fd.open(process, Fd.O_PATH | Fd.O_DIRECTORY);
        Fd upper = Fd.open(upperdir, Fd.O_PATH | Fd.O_DIRECTORY);
        Directory found = new Directory()) {
      int merged = open(root, directory);
      if (merged < 0) {
        return Holds.NOTHING;
      }
      found.adopt(merged);
      int written = openWritten(upper, directory);
      return look(found.release(), written, directory, 0);
    }
  }

  /** What a layer has deleted of one below it is taken for there still. */
  private Holds inLayers(List<Path> lowerdirs, KernelPath directory) throws ErrnoException {
    Holds holds = Holds.NOTHING;
    for (Path lowerdir : lowerdirs) {
      try (Fd lower = Fd.open(lowerdir, Fd.O_PATH | Fd.O_DIRECTORY)) {
        int found = open(lower, directory);
        Holds more = found < 0 ? Holds.NOTHING : look(found, -1, directory, 0);
        holds = more.compareTo(holds) > 0 ? more : holds;
      }
    }
    return holds;
  }

  /** A container may put another thing in its place meanwhile: then all is the image's. */
  private int openWritten(Fd upper, KernelPath directory) {
    try {
      return open(upper, directory);
    } catch (ErrnoException _) {
      return -1;
    }
  }

  /** To be read; -1 where there is no such directory. */
  private int open(Fd root, KernelPath directory) throws ErrnoException {
    try (Fd path = OpenHow.withoutLinks(root, directory)) {
      return opener.openAgain(path);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return -1;
      }
      throw e;
    }
  }

  /**
   * @param merged taken over
   * @param written of the same directory in the upperdir, taken over; -1 where it is not there
   */
  private Holds look(int merged, int written, KernelPath path, int depth) {
    try (Directory directory = new Directory()) {
      directory.adopt(merged);
      Holds holds = Holds.NOTHING;
      int more = directory.advance();
      while (holds != Holds.FILES && more > 0) {
        if (++entries > MOST_ENTRIES || depth > MOST_DEPTH) {
          return Holds.FILES;
        }
        Holds found = entry(directory, written, path, depth);
        holds = found.compareTo(holds) > 0 ? found : holds;
        more = directory.advance();
      }
      return more < 0 ? Holds.FILES : holds;
    } finally {
      if (written >= 0) {
        opener.release(written);
      }
    }
  }

  private Holds entry(Directory directory, int written, KernelPath parent, int depth) {
    byte[] name = new byte[directory.nameLength()];
    directory.copyName(name, 0, name.length);
    KernelPath path = parent.resolve(KernelPath.of(name));
    if (mounts.contains(path)) {
      return Holds.NOTHING;
    }
    boolean isWritten = written >= 0 && stat.entry(written, directory.name()) == 0;
    int below = opener.open(directory.descriptor(), directory.name());
    if (below < 0) {
      boolean whiteout =
          stat.entry(directory.descriptor(), directory.name()) == 0 && stat.isWhiteoutDevice();
      return whiteout || (isWritten && !isOfTheImage(path)) ? Holds.NOTHING : Holds.FILES;
    }
    int writtenBelow = isWritten ? opener.open(written, directory.name()) : -1;
    Holds holds = look(below, Math.max(-1, writtenBelow), path, depth + 1);
    return isWritten || holds == Holds.FILES ? holds : Holds.DIRECTORIES;
  }

  /** Of a file that is in the upperdir too; where that can't be told, it is the container's. */
  private boolean isOfTheImage(KernelPath path) {
    return lowers.map(layers -> layers.at(path) == LowerLayers.Has.SOMETHING).orElse(false);
  }

  @Override
  public void close() {
    opener.close();
    stat.close();
  }
}
