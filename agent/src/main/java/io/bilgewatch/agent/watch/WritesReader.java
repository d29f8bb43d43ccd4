package io.bilgewatch.agent.watch;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.proposal.Mount.Owner;
import io.bilgewatch.agent.proposal.Proposer;
import io.bilgewatch.agent.proposal.Seen;
import io.bilgewatch.agent.proposal.Writes;
import io.bilgewatch.agent.proposal.Written;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.agent.view.WrittenLayer;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.containerlog.FailureCount;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.docker.LayerLocator;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.Mount;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.overlay.Budget;
import io.bilgewatch.overlay.LayerWalk;
import io.bilgewatch.overlay.LowerLayers;
import io.bilgewatch.overlay.Pace;
import io.bilgewatch.process.ProcessPosture;
import io.bilgewatch.tmpfs.TmpfsUsage;
import io.bilgewatch.volume.VolumeReader;
import io.bilgewatch.volume.VolumeUse;
import io.bilgewatch.writes.DirectoryOwner;
import io.bilgewatch.writes.ImageDirectory;
import io.bilgewatch.writes.PathRules;
import io.bilgewatch.writes.WrittenPlace;
import io.bilgewatch.writes.WrittenTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads once what a container wrote to its layer, and thinks of what it would need instead. */
final class WritesReader {
  static final Reading<WrittenLayer> NOWHERE =
      Reading.missing(Reading.Cause.FAILED, "where its layer is can't be told");

  private static final int USUAL_MODE = 0755;

  /** For a tmpfs whose files are counted: they are in memory, and soon looked at. */
  private static final Budget UNCOUNTED =
      Budget.DEFAULT.withEntries(1_000_000).withWall(Duration.ofSeconds(1));

  private final HostRoot host;
  private final ContainerView container;
  private final Reading<ProcessFacts> process;
  private final Set<KernelPath> mountPoints;

  WritesReader(HostRoot host, ContainerView container, Reading<ProcessFacts> process) {
    this.host = host;
    this.container = container;
    this.process = process;
    this.mountPoints = mountPoints();
  }

  /**
   * What it would need too.
   *
   * @param target its layer; empty where nobody knows where that is
   */
  Writes read(Optional<LayerTarget> target, Pace pace) {
    Optional<LowerLayers> lowers = target.flatMap(WritesReader::lowers);
    Optional<ImageDirectory> image = target.flatMap(found -> image(found.upperdir(), lowers));
    try {
      Written written = written(target, Set.of(), lowers, pace);
      return writes(
          target,
          written,
          path ->
              image
                  .map(one -> one.holds(path))
                  .orElseGet(() -> Reading.notApplicable("it does not run")));
    } finally {
      image.ifPresent(ImageDirectory::close);
      lowers.ifPresent(LowerLayers::close);
    }
  }

  /**
   * What it wrote alone: of its image no directory is looked through.
   *
   * @param target its layer; empty where nobody knows where that is
   * @param apart paths of which each is told for itself
   */
  Written written(Optional<LayerTarget> target, Set<KernelPath> apart, Pace pace) {
    Optional<LowerLayers> lowers = target.flatMap(WritesReader::lowers);
    try {
      return written(target, apart, lowers, pace);
    } finally {
      lowers.ifPresent(LowerLayers::close);
    }
  }

  private Written written(
      Optional<LayerTarget> target,
      Set<KernelPath> apart,
      Optional<LowerLayers> lowers,
      Pace pace) {
    return new Written(
        target
            .map(found -> layer(found, apart, lowers, pace, place -> !isMountPoint(place)))
            .orElse(NOWHERE),
        LoggedFailures.read(host, container.container()));
  }

  /** Where nobody knows them, names of the image are told by the marks of overlayfs alone. */
  private static Optional<LowerLayers> lowers(LayerTarget target) {
    return lowerdirs(target.upperdir()).optional().flatMap(all -> LowerLayers.open(all).optional());
  }

  private static Reading<List<Path>> lowerdirs(KernelPath upperdir) {
    return LayerLocator.lowerdirs(Path.of(upperdir.toString()));
  }

  /** By its own view where it runs, else by the layers below its own. */
  private Optional<ImageDirectory> image(KernelPath upperdir, Optional<LowerLayers> lowers) {
    if (process instanceof Reading.Present<ProcessFacts>(ProcessFacts facts)) {
      Path root = host.process(facts.identity().pid(), "root");
      return Optional.of(ImageDirectory.ofRunning(root, upperdir, mountPoints, lowers));
    }
    return lowerdirs(upperdir).optional().map(ImageDirectory::ofLayers);
  }

  private Writes writes(
      Optional<LayerTarget> target,
      Written written,
      Function<KernelPath, Reading<ImageDirectory.Holds>> image) {
    Function<KernelPath, Optional<Owner>> owner =
        path ->
            target
                .flatMap(found -> DirectoryOwner.of(found.upperdir(), path))
                .map(this::asTheContainerCountsThem)
                .orElseGet(this::user);
    return new Writes(
        written.layer(), written.failures(), Proposer.of(seen(written, image, owner)), Map.of());
  }

  /** All that is in a layer, with these paths told each for itself. */
  static Reading<WrittenLayer> whole(LayerTarget target, Set<KernelPath> apart, Pace pace) {
    Optional<LowerLayers> lowers = lowers(target);
    try {
      return layer(target, apart, lowers, pace, _ -> true);
    } finally {
      lowers.ifPresent(LowerLayers::close);
    }
  }

  private static Reading<WrittenLayer> layer(
      LayerTarget target,
      Set<KernelPath> apart,
      Optional<LowerLayers> lowers,
      Pace pace,
      Predicate<WrittenPlace> wanted) {
    LayerTurns.letOthersReadFirst();
    WrittenTree tree = new WrittenTree(PathRules.shipped(), apart);
    try (LayerWalk walk = new LayerWalk(Budget.DEFAULT)) {
      return walk.measure(target.upperdir(), target.attributes(), lowers, pace, tree)
          .map(found -> {
            tree.end();
            List<WrittenPlace> places = tree.places().stream().filter(wanted).toList();
            return new WrittenLayer(places, found.usage(), found.shortfall());
          });
    }
  }

  /** A directory that Docker made to mount something there, or leading to it. */
  private boolean isMountPoint(WrittenPlace place) {
    return place.changes().bytes() == 0
        && mountPoints.stream().anyMatch(mount -> mount.isAtOrBelow(place.path()));
  }

  private Set<KernelPath> mountPoints() {
    Set<KernelPath> all = new HashSet<>();
    container
        .container()
        .state()
        .mountPoints()
        .forEach(point -> all.add(KernelPath.of(point.destination())));
    container
        .container()
        .hostConfig()
        .optional()
        .ifPresent(config -> config.tmpfs().keySet().forEach(path -> all.add(KernelPath.of(path))));
    if (process instanceof Reading.Present<ProcessFacts>(ProcessFacts facts)
        && facts.mounts() instanceof Reading.Present<MountTable>(MountTable table)) {
      table.visible().stream().map(Mount::mountPoint).forEach(all::add);
      all.remove(KernelPath.of("/"));
    }
    return all;
  }

  private Seen seen(
      Written written,
      Function<KernelPath, Reading<ImageDirectory.Holds>> image,
      Function<KernelPath, Optional<Owner>> owner) {
    return new Seen(
        isSealed(),
        incomplete(written.layer()).or(() -> unread(written.failures())),
        written.layer().optional().map(WrittenLayer::places).orElse(List.of()),
        written.failures().optional().orElse(List.of()),
        mounts(),
        tmpfs(),
        image,
        headroom(),
        owner);
  }

  /** By the kernel, or where it does not run by its configuration. */
  private boolean isSealed() {
    Reading<Boolean> check = container.hardening().get(HardeningCheck.ROOTFS_READONLY);
    return check != null && check.optional().orElse(false);
  }

  private static Optional<String> unread(Reading<List<FailureCount>> failures) {
    return failures instanceof Reading.Missing<List<FailureCount>>(Reading.Cause cause, String why)
            && cause.isFault()
        ? Optional.of("its log could not be read: " + why)
        : Optional.empty();
  }

  private static Optional<String> incomplete(Reading<WrittenLayer> layer) {
    return switch (layer) {
      case Reading.Missing<WrittenLayer>(_, String why) ->
          Optional.of("its layer could not be read: " + why);
      case Reading.Present<WrittenLayer>(WrittenLayer found) ->
          found.usage().changes().isEmpty()
              ? Optional.of(WrittenLayer.CHANGES_NOT_KNOWN)
              : found.shortfall().map(why -> "its layer could not be read whole: " + why);
    };
  }

  /** Where it does not run, those that were asked for. */
  private List<WritableMount> mounts() {
    return container.writableMounts().optional().orElseGet(this::declaredMounts);
  }

  private List<WritableMount> declaredMounts() {
    List<WritableMount> declared = new ArrayList<>();
    for (ContainerState.MountPoint point : container.container().state().mountPoints()) {
      if (point.writable()) {
        boolean volume = point.type().equals("volume");
        WritableMount.Kind kind = volume ? WritableMount.Kind.VOLUME : WritableMount.Kind.BIND;
        declared.add(new WritableMount(KernelPath.of(point.destination()), kind, List.of()));
      }
    }
    container
        .container()
        .hostConfig()
        .optional()
        .ifPresent(config ->
            config
                .tmpfs()
                .keySet()
                .forEach(path ->
                    declared.add(
                        new WritableMount(
                            KernelPath.of(path), WritableMount.Kind.TMPFS, List.of()))));
    return declared;
  }

  private List<TmpfsUsage> tmpfs() {
    return container.tmpfsRead().stream()
        .map(usage -> usage.usedBytes().isEmpty() ? counted(usage) : usage)
        .toList();
  }

  /** The kernel does not count what is in one without bounds (size=0): its files tell. */
  private TmpfsUsage counted(TmpfsUsage usage) {
    if (!(process instanceof Reading.Present<ProcessFacts>(ProcessFacts facts))
        || !(facts.mounts() instanceof Reading.Present<MountTable>(MountTable table))) {
      return usage;
    }
    return table
        .topmost(usage.mountPoint())
        .flatMap(mount ->
            new VolumeReader(host)
                .read(facts.identity().pid(), mount, Optional.empty(), UNCOUNTED, Pace.UNHINDERED)
                .optional())
        .filter(VolumeUse::isComplete)
        .map(use -> usage.withUsedBytes(use.bytes()))
        .orElse(usage);
  }

  private OptionalLong headroom() {
    return switch (container.risk()) {
      case Reading.Present<TmpfsRisk>(TmpfsRisk risk) -> OptionalLong.of(risk.headroomBytes());
      case Reading.Missing<TmpfsRisk> _ ->
          container.memory() instanceof Reading.Present<MemoryUsage>(MemoryUsage usage)
              ? usage.headroomBytes()
              : declaredLimit();
    };
  }

  private OptionalLong declaredLimit() {
    long limit = container.container().hostConfig().map(HostConfig::memoryBytes).orElse(0L);
    return limit > 0 ? OptionalLong.of(limit) : OptionalLong.empty();
  }

  /** Whom its first process runs as. */
  private Optional<Owner> user() {
    return posture()
        .map(who ->
            new Owner(
                who.containerUid(),
                countsAlike(who) ? who.effectiveGid() : who.containerUid(),
                USUAL_MODE));
  }

  /** Groups are not translated: where a user namespace has numbers of its own, nothing is said. */
  private Optional<Owner> asTheContainerCountsThem(DirectoryOwner owner) {
    return posture().map(WritesReader::countsAlike).orElse(true)
        ? Optional.of(new Owner(owner.uid(), owner.gid(), owner.mode()))
        : Optional.empty();
  }

  private static boolean countsAlike(ProcessPosture who) {
    return who.containerUid() == who.effectiveUid();
  }

  private Optional<ProcessPosture> posture() {
    return process instanceof Reading.Present<ProcessFacts>(ProcessFacts facts)
        ? facts.posture().optional()
        : Optional.empty();
  }
}
