package io.bilgewatch.mount;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.OpenHow;
import io.bilgewatch.libc.StatFs;
import io.bilgewatch.libc.Statx;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Finds the file systems under directories of the host, and what room they have. */
public final class BackingFilesystemReader implements AutoCloseable {
  /** Their files have device numbers of their own, one for each subvolume. */
  private static final Set<String> WITH_SUBVOLUMES = Set.of("btrfs", "bcachefs");

  private static final int INIT = 1;

  private static final int MOST_KNOWN = 64;

  private final HostRoot host;
  private final MountTableReader tables;
  private final LongSupplier nanos;

  /** A host's mount table is long: it is not read again for a mount that is known. */
  private final MountChanges changes;

  private final Map<KernelPath, Place> known = new ConcurrentHashMap<>();

  /**
   * A mount and what the host calls its point.
   *
   * @param mountId as the directory told it; empty on old kernels
   * @param version of this process's mount table
   */
  private record Place(Mount mount, KernelPath point, OptionalLong mountId, long version) {
    /** A mount that is another has another number; that it was moved shows a little later. */
    boolean isStill(Statx statx, long now) {
      return mountId.isPresent()
          && mountId.equals(statx.mountId())
          && isOn(mount, statx)
          && version == now;
    }
  }

  public BackingFilesystemReader(HostRoot host) {
    this(host, System::nanoTime);
  }

  /**
   * @param nanos a monotonic clock
   */
  public BackingFilesystemReader(HostRoot host, LongSupplier nanos) {
    this.host = host;
    this.tables = new MountTableReader(host);
    this.nanos = nanos;
    this.changes = new MountChanges(host.proc("self", "mountinfo"));
  }

  /** For one directory, as the host names it. */
  public Reading<BackingFilesystem> read(KernelPath directory) {
    try (Fd root = Fd.open(host.root(), Fd.O_PATH | Fd.O_DIRECTORY);
        Fd fd = OpenHow.inRoot(root, directory, Fd.O_PATH | Fd.O_DIRECTORY);
        Statx statx = new Statx().of(fd);
        StatFs statfs = new StatFs().of(fd)) {
      return place(directory, statx).map(place -> filesystem(place, statfs));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  /** For each directory, as the host names them. */
  public Map<KernelPath, Reading<BackingFilesystem>> read(Collection<KernelPath> directories) {
    Map<KernelPath, Reading<BackingFilesystem>> found = new LinkedHashMap<>();
    directories.forEach(directory -> found.put(directory, read(directory)));
    return found;
  }

  private Reading<Place> place(KernelPath directory, Statx statx) {
    Place before = known.get(directory);
    long now = changes.version(nanos.getAsLong());
    if (before != null && before.isStill(statx, now)) {
      return Reading.of(before);
    }
    Reading<Place> place = find(directory, statx, now);
    if (known.size() >= MOST_KNOWN) {
      known.clear();
    }
    place.optional().ifPresent(found -> known.put(directory, found));
    return place;
  }

  private Reading<Place> find(KernelPath directory, Statx statx, long version) {
    return switch (tables.readOwn()) {
      case Reading.Missing<MountTable> missing -> missing.as();
      case Reading.Present<MountTable>(MountTable own) ->
          mountOf(statx, own)
              .map(mount ->
                  Reading.of(
                      new Place(mount, hostName(directory, mount), statx.mountId(), version)))
              .orElseGet(() ->
                  Reading.missing(
                      Reading.Cause.FAILED,
                      directory + ": its mount is not in this process's mount table"));
    };
  }

  private static Optional<Mount> mountOf(Statx statx, MountTable own) {
    Optional<Mount> byId =
        statx.mountId().isPresent()
            ? own.byId(statx.mountId().getAsLong()).filter(mount -> isOn(mount, statx))
            : Optional.empty();
    return byId.or(() -> own.mounts().stream().filter(mount -> isDevice(mount, statx)).findFirst());
  }

  private static boolean isOn(Mount mount, Statx statx) {
    return isDevice(mount, statx) || WITH_SUBVOLUMES.contains(mount.fsType());
  }

  private static boolean isDevice(Mount mount, Statx statx) {
    return mount.major() == statx.deviceMajor() && mount.minor() == statx.deviceMinor();
  }

  /** Under a bind mount of the host's tree, the point that the host's first process sees. */
  private KernelPath hostName(KernelPath directory, Mount mount) {
    if (host.isLive()) {
      return mount.mountPoint();
    }
    return tables
        .read(INIT)
        .optional()
        .flatMap(table -> table.containing(directory))
        .filter(seen -> seen.device().equals(mount.device()))
        .map(Mount::mountPoint)
        .orElseGet(() -> withoutRoot(mount.mountPoint()));
  }

  private KernelPath withoutRoot(KernelPath mountPoint) {
    KernelPath root = KernelPath.of(host.root().toString());
    if (!mountPoint.isAtOrBelow(root) || mountPoint.equals(root)) {
      return KernelPath.of("/");
    }
    return KernelPath.of(mountPoint.bytes(), root.length(), mountPoint.length());
  }

  private static BackingFilesystem filesystem(Place place, StatFs statfs) {
    boolean counted = statfs.inodes() > 0;
    return new BackingFilesystem(
        place.point(),
        place.mount().source(),
        place.mount().fsType(),
        statfs.sizeBytes(),
        statfs.availableBytes(),
        counted ? OptionalLong.of(statfs.inodes()) : OptionalLong.empty(),
        counted ? OptionalLong.of(statfs.inodesFree()) : OptionalLong.empty());
  }

  @Override
  public void close() {
    changes.close();
  }
}
