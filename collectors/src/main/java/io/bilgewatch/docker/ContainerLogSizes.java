package io.bilgewatch.docker;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Statx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How large the log files of containers are, looked at again and again: where no file came or went,
 * those that were found are asked for their sizes, and no directory is listed. Any thread may ask.
 */
public final class ContainerLogSizes {
  private final HostRoot root;
  private final Clock clock;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** A thread that was left behind keeps its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Statx> buffers = ThreadLocal.withInitial(Statx::new);

  /** A directory, and how it was before it was listed. */
  private record Stamped(KernelPath directory, FileStamp stamp) {}

  /**
   * What was found of a container.
   *
   * @param directories in which its log files are, or may come to be
   * @param none the answer as long as it has no files
   */
  private record Known(
      Container container,
      Instant at,
      List<Stamped> directories,
      List<KernelPath> files,
      Reading<Long> none) {
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Container now, Instant time) {
      return container == now && at.plus(FileStamp.REST).isAfter(time);
    }
  }

  public ContainerLogSizes(HostRoot root) {
    this(root, Clock.systemUTC());
  }

  ContainerLogSizes(HostRoot root, Clock clock) {
    this.root = root;
    this.clock = clock;
  }

  /** The sum of the files' sizes; not applicable to drivers that keep none. */
  public Reading<Long> bytes(Container container) {
    Statx statx = buffers.get();
    Instant now = clock.instant();
    Known before = known.get(container.id());
    if (before != null && before.isOf(container, now)) {
      Optional<Reading<Long>> again = again(before, statx);
      if (again.isPresent()) {
        return again.get();
      }
    }
    known.remove(container.id());
    ContainerLogs logs = new ContainerLogs(root, List.of(root.asHostNames(container.dataRoot())));
    List<Stamped> stamps = stamps(logs, container, now, statx);
    List<Path> files = new ArrayList<>();
    Reading<Long> found = logs.bytes(container, files);
    if (!stamps.isEmpty() && isToBeKept(found)) {
      known.put(container.id(), new Known(container, now, stamps, kernelPaths(files), found));
    }
    return found;
  }

  /** A failure is to be tried again. */
  private static boolean isToBeKept(Reading<Long> found) {
    return !(found instanceof Reading.Missing<Long>(Reading.Cause cause, _))
        || cause == Reading.Cause.NOT_APPLICABLE;
  }

  /** What was known of other containers is forgotten. */
  public void forgetAllBut(Collection<String> containerIds) {
    known.keySet().retainAll(containerIds);
  }

  /** Empty where a file came or went, so that they are to be looked for anew. */
  private static Optional<Reading<Long>> again(Known known, Statx statx) {
    try {
      for (Stamped one : known.directories()) {
        if (!one.stamp().isOf(statx.at(one.directory()))) {
          return Optional.empty();
        }
      }
      if (known.files().isEmpty()) {
        return Optional.of(known.none());
      }
      long bytes = 0;
      for (KernelPath file : known.files()) {
        if (!statx.at(file).isRegularFile()) {
          return Optional.empty();
        }
        bytes += statx.sizeBytes();
      }
      return Optional.of(Reading.of(bytes));
    } catch (ErrnoException _) {
      return Optional.empty();
    }
  }

  /** Taken before they are listed; none where files may come that no stamp tells of. */
  private static List<Stamped> stamps(
      ContainerLogs logs, Container container, Instant now, Statx statx) {
    if (!logs.isInOwnDirectory(container)) {
      return List.of();
    }
    List<Stamped> stamps = new ArrayList<>();
    for (Path directory : ContainerLogs.ownDirectories(container)) {
      KernelPath path = KernelPath.of(directory.toString());
      try {
        stamps.add(new Stamped(path, FileStamp.settled(statx.at(path), now)));
      } catch (ErrnoException _) {
        // Where it comes to be, the one that it is in is another.
      }
    }
    return stamps;
  }

  private static List<KernelPath> kernelPaths(List<Path> files) {
    return files.stream().map(file -> KernelPath.of(file.toString())).toList();
  }
}
