package io.bilgewatch.agent.watch;

import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.LayerLocator;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.mount.Overlay;
import io.bilgewatch.overlay.OverlayAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where each container's writable layer stands on the host: where Docker's layer database says, or
 * else by the root line of the container's own mount table, or else where it was seen before.
 *
 * <p>The mount table comes second because a container with CAP_SYS_ADMIN can write lines into it:
 * an overlay of its own on {@code /} may name any directory of the host as its upperdir. So of its
 * lines only that of the process's own root counts, where it names a place in which containerd
 * keeps snapshots, and of what it named over time only the first.
 */
final class Upperdirs implements AutoCloseable {
  /** containerd's overlayfs snapshotter, below whichever root it was given. */
  private static final Pattern SNAPSHOT =
      Pattern.compile(
          "(/[^/]+)*/io\\.containerd\\.snapshotter\\.v1\\.overlayfs/snapshots/[0-9]+/fs");

  private final HostRoot host;
  private final PatientWorker<String> worker =
      new PatientWorker<>("layer database", Collectors.PATIENCE);
  private final Map<String, Reading<KernelPath>> located = new HashMap<>();
  private final Map<String, KernelPath> firstSeen = new HashMap<>();
  private final boolean trustedReadable;

  /** Each of them has its place, or never will. */
  private Collection<Container> settled = List.of();

  Upperdirs(HostRoot host) {
    this.host = host;
    this.trustedReadable = trustedReadable();
  }

  /**
   * Looks up the layers that are not known yet. Docker never moves a layer: what was found once is
   * not looked up again.
   */
  @SuppressWarnings("ReferenceEquality")
  void locate(Collection<Container> containers) {
    if (containers == settled) {
      return;
    }
    Map<String, Container> unknown = new HashMap<>();
    containers.stream()
        .filter(container -> isToBeLocated(located.get(container.id())))
        .forEach(container -> unknown.put(container.id(), container));
    if (!unknown.isEmpty()) {
      located.putAll(
          worker.readAll(
              unknown.keySet(),
              id ->
                  LayerLocator.upperdir(unknown.get(id)).map(Path::toString).map(KernelPath::of)));
    } else {
      settled = containers;
    }
  }

  private static boolean isToBeLocated(Reading<KernelPath> known) {
    return !(known instanceof Reading.Present<KernelPath>)
        && !(known instanceof Reading.Missing<KernelPath>(Reading.Cause cause, _)
            && cause == Reading.Cause.UNSUPPORTED);
  }

  /** The layer of a container, given what is known of its process. */
  Reading<LayerTarget> target(Container container, Reading<ProcessFacts> process) {
    Optional<MountTable> table = process.optional().flatMap(facts -> facts.mounts().optional());
    Optional<Mount> root = table.flatMap(MountTable::root);
    OverlayAttributes attributes =
        OverlayAttributes.of(root.map(Mount::superOptions).orElse(""), trustedReadable);
    String epoch = container.state().running() + " " + container.state().pid();
    boolean sealed = root.map(Mount::readOnly).orElse(true);
    int pid = container.state().pid();
    OptionalInt writer = sealed || pid == 0 ? OptionalInt.empty() : OptionalInt.of(pid);
    return place(container, table)
        .map(path -> new LayerTarget(container.id(), path, sealed, attributes, epoch, writer));
  }

  void forgetAllBut(Collection<String> containerIds) {
    located.keySet().retainAll(containerIds);
    firstSeen.keySet().retainAll(containerIds);
  }

  private Reading<KernelPath> place(Container container, Optional<MountTable> table) {
    Reading<KernelPath> byDocker = Readings.of(located, container.id());
    if (byDocker.isPresent()) {
      return byDocker;
    }
    Optional<KernelPath> mounted = table.flatMap(this::snapshot);
    mounted.ifPresent(path -> firstSeen.putIfAbsent(container.id(), path));
    return Optional.ofNullable(firstSeen.get(container.id())).map(Reading::of).orElse(byDocker);
  }

  private Optional<KernelPath> snapshot(MountTable table) {
    return table
        .root()
        .flatMap(Overlay::of)
        .flatMap(Overlay::upperdir)
        .filter(path -> SNAPSHOT.matcher(path.toString()).matches())
        // Bytes that are no text are shown otherwise, which would be another path.
        .filter(path -> KernelPath.of(path.toString()).equals(path))
        .map(path -> KernelPath.of(host.host(Path.of(path.toString())).toString()));
  }

  @Override
  public void close() {
    worker.close();
  }

  private static boolean trustedReadable() {
    try {
      return OverlayAttributes.trustedReadable();
    } catch (IOException e) {
      // Unknown is treated as no: then changes are absent, never wrong.
      return false;
    }
  }
}
