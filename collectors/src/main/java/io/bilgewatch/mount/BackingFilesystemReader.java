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

/** Finds the file systems under directories of the host, and what room they have. */
public final class BackingFilesystemReader {
  /** Their files have device numbers of their own, one for each subvolume. */
  private static final Set<String> WITH_SUBVOLUMES = Set.of("btrfs", "bcachefs");

  private static final int INIT = 1;

  private final HostRoot host;
  private final MountTableReader tables;

  public BackingFilesystemReader(HostRoot host) {
    this.host = host;
    this.tables = new MountTableReader(host);
  }

  /** For one directory, as the host names it. */
  public Reading<BackingFilesystem> read(KernelPath directory) {
    return read(Set.of(directory)).get(directory);
  }

  /** For each directory, as the host names them; the mount tables are read once. */
  public Map<KernelPath, Reading<BackingFilesystem>> read(Collection<KernelPath> directories) {
    Reading<MountTable> own = tables.readOwn();
    Optional<MountTable> hosts = host.isLive() ? Optional.empty() : tables.read(INIT).optional();
    Map<KernelPath, Reading<BackingFilesystem>> found = new LinkedHashMap<>();
    for (KernelPath directory : directories) {
      found.put(
          directory,
          switch (own) {
            case Reading.Missing<MountTable> missing -> missing.as();
            case Reading.Present<MountTable>(MountTable table) -> read(directory, table, hosts);
          });
    }
    return found;
  }

  private Reading<BackingFilesystem> read(
      KernelPath directory, MountTable own, Optional<MountTable> hosts) {
    try (Fd root = Fd.open(host.root(), Fd.O_PATH | Fd.O_DIRECTORY);
        Fd fd = OpenHow.inRoot(root, directory, Fd.O_PATH | Fd.O_DIRECTORY);
        Statx statx = new Statx().of(fd);
        StatFs statfs = new StatFs().of(fd)) {
      Optional<Mount> mount = mountOf(statx, own);
      if (mount.isEmpty()) {
        return Reading.missing(
            Reading.Cause.FAILED, directory + ": its mount is not in this process's mount table");
      }
      return Reading.of(filesystem(mount.get(), hostName(directory, mount.get(), hosts), statfs));
    } catch (IOException e) {
      return Reading.failed(e);
    }
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
  private KernelPath hostName(KernelPath directory, Mount mount, Optional<MountTable> hosts) {
    if (host.isLive()) {
      return mount.mountPoint();
    }
    return hosts
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

  private static BackingFilesystem filesystem(Mount mount, KernelPath point, StatFs statfs) {
    boolean counted = statfs.inodes() > 0;
    return new BackingFilesystem(
        point,
        mount.source(),
        mount.fsType(),
        statfs.sizeBytes(),
        statfs.availableBytes(),
        counted ? OptionalLong.of(statfs.inodes()) : OptionalLong.empty(),
        counted ? OptionalLong.of(statfs.inodesFree()) : OptionalLong.empty());
  }
}
