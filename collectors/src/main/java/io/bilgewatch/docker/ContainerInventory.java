package io.bilgewatch.docker;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The containers of the host's engines, from the state files below their data roots. A pass looks
 * at each directory's and each file's age; it lists and reads only what changed.
 *
 * <p>A container stays for as long as its directory is there: what is dead or being removed still
 * takes space. Where its newest state can't be read, the last good one stands and the inventory
 * says so; the same where a whole data root can't be listed for a while.
 */
public final class ContainerInventory {
  private static final Comparator<Container> BY_NAME =
      Comparator.comparing(Container::name).thenComparing(Container::id);

  private final HostRoot root;
  private final Clock clock;
  private final Map<Path, Listed> known = new HashMap<>();
  private Inventory last = Inventory.EMPTY;

  public ContainerInventory(HostRoot root) {
    this(root, Clock.systemUTC());
  }

  ContainerInventory(HostRoot root, Clock clock) {
    this.root = root;
    this.clock = clock;
  }

  /**
   * Looks again. Where all is what it was, the answer is the very same object.
   *
   * @param dataRoots as the host names them, the more trusted first: of two containers with one id
   *     only the first counts
   */
  public synchronized Inventory read(List<Path> dataRoots) {
    known.keySet().retainAll(dataRoots);
    Pass pass = new Pass();
    try (Statx statx = new Statx()) {
      for (Path dataRoot : dataRoots) {
        pass.roots.computeIfAbsent(dataRoot, path -> list(path, pass, statx));
      }
    }
    pass.containers.sort(BY_NAME);
    if (!pass.isStill(last)) {
      last = new Inventory(pass.containers, pass.roots, pass.unread);
    }
    return last;
  }

  /** A data root's containers, and the directory as it was when they were listed. */
  private static final class Listed {
    final Map<String, ContainerFiles> containers = new LinkedHashMap<>();
    FileStamp stamp = FileStamp.NONE;
    Instant at = Instant.MIN;

    boolean isStill(Statx directory, Instant now) {
      return stamp.isOf(directory) && at.plus(FileStamp.REST).isAfter(now);
    }
  }

  /** What one pass has gathered so far. */
  private static final class Pass {
    final List<Container> containers = new ArrayList<>();
    final Map<Path, Reading<Integer>> roots = new LinkedHashMap<>();
    final Map<String, String> unread = new HashMap<>();
    final Map<Object, Path> directories = new HashMap<>();
    final Set<String> ids = new HashSet<>();

    /** A container whose files did not change is the same object. */
    @SuppressWarnings("ReferenceEquality")
    boolean isStill(Inventory before) {
      if (containers.size() != before.containers().size()) {
        return false;
      }
      for (int i = 0; i < containers.size(); i++) {
        if (containers.get(i) != before.containers().get(i)) {
          return false;
        }
      }
      return roots.equals(before.roots()) && unread.equals(before.unread());
    }
  }

  private Reading<Integer> list(Path dataRoot, Pass pass, Statx statx) {
    Path directory = root.host(dataRoot).resolve(StateFiles.CONTAINERS);
    try {
      statx.through(KernelPath.of(directory.toString()));
      Object key = List.of(statx.deviceMajor(), statx.deviceMinor(), statx.inode());
      Path twin = pass.directories.putIfAbsent(key, dataRoot);
      if (twin != null) {
        known.remove(dataRoot);
        return Reading.notApplicable("the same directory as " + twin);
      }
      Map<String, ContainerFiles> containers = update(dataRoot, directory, statx);
      containers.values().forEach(files -> add(files, pass));
      return Reading.of(containers.size());
    } catch (NoSuchFileException | NotDirectoryException _) {
      return gone(dataRoot, directory);
    } catch (ErrnoException e) {
      return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR
          ? gone(dataRoot, directory)
          : unlisted(dataRoot, Reading.failed(e), pass);
    } catch (IOException e) {
      return unlisted(dataRoot, Reading.failed(e), pass);
    } catch (DirectoryIteratorException e) {
      return unlisted(dataRoot, Reading.failed(e.getCause()), pass);
    }
  }

  /**
   * @param statx of the directory
   */
  private Map<String, ContainerFiles> update(Path dataRoot, Path directory, Statx statx)
      throws IOException {
    Listed listed = known.computeIfAbsent(dataRoot, _ -> new Listed());
    Instant now = clock.instant();
    if (!listed.isStill(statx, now)) {
      FileStamp stamp = FileStamp.settled(statx, now);
      list(dataRoot, directory, listed.containers);
      listed.stamp = stamp;
      listed.at = now;
    }
    listed.containers.values().forEach(files -> files.refresh(statx));
    return listed.containers;
  }

  private void list(Path dataRoot, Path directory, Map<String, ContainerFiles> containers)
      throws IOException {
    Set<String> ids = ids(directory);
    containers.keySet().retainAll(ids);
    for (String id : ids) {
      Path own = directory.resolve(id);
      if (!containers.containsKey(id) && isDirectory(own)) {
        containers.put(id, new ContainerFiles(root.host(dataRoot), own, clock));
      }
    }
  }

  /** A symbolic link is none: it may lead out of the data root. */
  private static boolean isDirectory(Path path) throws IOException {
    try {
      return StateFiles.attributes(path).isDirectory();
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static Set<String> ids(Path directory) throws IOException {
    Set<String> ids = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (StateFiles.isContainerId(name)) {
          ids.add(name);
        }
      }
    }
    return ids;
  }

  private static void add(ContainerFiles files, Pass pass) {
    if (!pass.ids.add(files.id())) {
      pass.unread.put(
          files.id(),
          "in several data roots; its state below " + files.dataRoot() + " is left out");
      return;
    }
    files.container().ifPresent(pass.containers::add);
    files.problem().ifPresent(problem -> pass.unread.put(files.id(), problem));
  }

  private Reading<Integer> gone(Path dataRoot, Path directory) {
    Cause cause = known.remove(dataRoot) == null ? Cause.NOT_APPLICABLE : Cause.VANISHED;
    return Reading.missing(cause, "no directory " + directory);
  }

  private Reading<Integer> unlisted(Path dataRoot, Reading<Integer> failure, Pass pass) {
    String why = "its data root can't be listed: " + dataRoot;
    Listed listed = known.getOrDefault(dataRoot, new Listed());
    for (ContainerFiles files : listed.containers.values()) {
      add(files, pass);
      pass.unread.put(files.id(), why);
    }
    return failure;
  }
}
