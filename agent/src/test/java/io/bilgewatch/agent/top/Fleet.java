package io.bilgewatch.agent.top;

import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.event.HostEvent.OomKilled;
import io.bilgewatch.agent.event.LoggedEvent;
import io.bilgewatch.agent.event.Whose;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.Growth;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.Contracts;
import io.bilgewatch.agent.view.Contracts.NotKnown;
import io.bilgewatch.agent.view.Contracts.Verdict;
import io.bilgewatch.agent.view.Contracts.Violation;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.Outlook;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.oom.OomCause;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Made-up containers on a made-up host. */
final class Fleet {
  static final long MIB = 1 << 20;
  static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");
  private static final Path ROOT = Path.of("/srv/docker");

  private final List<ContainerView> containers = new ArrayList<>();
  private final Map<String, Outlook.OfContainer> outlooks = new HashMap<>();
  private final List<Alert> alerts = new ArrayList<>();
  private final Map<String, List<Verdict>> verdicts = new HashMap<>();
  private final List<LoggedEvent> events = new ArrayList<>();
  private final List<CollectorStatus> collectors = new ArrayList<>();
  private boolean watched;

  /** What the layer holds, by container. */
  private static Reading<LayerUsage> layer(long bytes, Instant at, String directory) {
    return bytes < 0
        ? Reading.missing(Cause.PENDING, "not measured yet")
        : Reading.of(
            new LayerUsage(
                bytes,
                bytes,
                12,
                Optional.of(new LayerUsage.Changes(7, 4)),
                1,
                0,
                List.of(new LayerUsage.DirectoryUsage(KernelPath.of(directory), bytes)),
                at,
                at,
                false,
                Duration.ZERO,
                true));
  }

  Fleet add(String name, long layerBytes, double tmpfsLoad) {
    return add(name, layerBytes, tmpfsLoad, "/var/cache/" + name, NOW);
  }

  Fleet add(String name, long layerBytes, double tmpfsLoad, String directory, Instant at) {
    boolean readOnly = layerBytes == 0;
    containers.add(
        MadeView.of(container(name))
            .rootReadOnly(Reading.of(readOnly))
            .mounts(
                new WritableMount(
                    KernelPath.of("/run"), WritableMount.Kind.TMPFS, List.of("rw", "nosuid")))
            .layer(layer(layerBytes, at, directory))
            .logBytes(12 * MIB)
            .tmpfs(tmpfs((long) (tmpfsLoad * 64 * MIB)))
            .memory(
                Reading.of(
                    new MemoryUsage(
                        "/docker/x",
                        Limit.bytes(256 * MIB),
                        100 * MIB,
                        OptionalLong.of(MIB),
                        OptionalLong.of(2 * MIB),
                        OptionalLong.of(254 * MIB),
                        OptionalLong.of(0))))
            .risk(Reading.of(new TmpfsRisk(64 * MIB, 254 * MIB)))
            .hardening(
                Map.of(
                    HardeningCheck.ROOTFS_READONLY,
                    Reading.of(readOnly),
                    HardeningCheck.SECCOMP,
                    Reading.of(true)))
            .make());
    return this;
  }

  private static TmpfsUsage tmpfs(long used) {
    return new TmpfsUsage(
        KernelPath.of("/run"),
        "0:7",
        Limit.bytes(64 * MIB),
        OptionalLong.of(used),
        OptionalLong.empty(),
        OptionalLong.empty(),
        true,
        false);
  }

  private Container container(String name) {
    return container(name, containers.size(), "2026-03-01T00:00:00Z");
  }

  private static Container container(String name, int number, String startedAt) {
    String id = id(number);
    String escaped = name.replace("\\", "\\\\").replace("\"", "\\\"");
    StringBuilder json = new StringBuilder();
    escaped.chars().forEach(c -> json.append(c < 0x20 ? "\\u%04x".formatted(c) : (char) c));
    String text =
        """
        {"ID":"%s","Name":"/%s","Driver":"overlay2","Config":{"Image":"image-of-%s"},
         "State":{"Running":true,"Pid":42,"StartedAt":"%s"}}
        """
            .formatted(id, json, number, startedAt);
    try {
      return new Container(
          DockerJson.containerState("made", text.getBytes(StandardCharsets.UTF_8)),
          Reading.notApplicable("not read"),
          ROOT,
          ROOT.resolve("containers").resolve(id));
    } catch (Malformed e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static String id(int number) {
    return "%012x%052x".formatted(number + 0xc0ffee, 0);
  }

  /** The last one runs into an OOM kill. */
  Fleet oomIn(double seconds) {
    Outlook.OfContainer none = Outlook.OfContainer.UNKNOWN;
    outlooks.put(
        id(containers.size() - 1),
        new Outlook.OfContainer(
            none.layer(), OptionalDouble.empty(), Map.of(), OptionalDouble.of(seconds)));
    return this;
  }

  /** An alert's condition holds for the last one. */
  Fleet alert(AlertRule rule, String summary) {
    ContainerView last = containers.getLast();
    alerts.add(
        new Alert(
            rule,
            Map.of("container", last.name(), "container_id", last.container().state().shortId()),
            Alert.State.PENDING,
            NOW,
            Optional.empty(),
            Optional.empty(),
            summary,
            ""));
    return this;
  }

  /** Something is other of the last one. */
  Fleet with(UnaryOperator<MadeView> change) {
    containers.add(change.apply(MadeView.like(containers.removeLast())).make());
    return this;
  }

  /** The last one was started a second ago. */
  Fleet startedAgain() {
    int number = containers.size() - 1;
    String name = containers.getLast().name();
    String at = NOW.minusSeconds(1).toString();
    return with(one -> one.container(container(name, number, at)));
  }

  /** A contract applies to the last one. */
  Fleet contract(List<Violation> violations, NotKnown... notKnown) {
    watched = true;
    verdicts
        .computeIfAbsent(containers.getLast().id(), _ -> new ArrayList<>())
        .add(new Verdict("shop-web", "shop-web.yml", violations, List.of(notKnown)));
    return this;
  }

  Fleet collectors(CollectorStatus... are) {
    collectors.addAll(List.of(are));
    return this;
  }

  /** Something happened to the last one, that long ago. */
  Fleet killed(Duration ago) {
    ContainerView last = containers.getLast();
    Instant at = NOW.minus(ago);
    OomKilled kill =
        new OomKilled(
            at,
            new Whose.Container(last.id(), last.name()),
            OomCause.TMPFS,
            "",
            OptionalInt.empty(),
            Optional.of("/scratch"),
            "");
    events.add(new LoggedEvent(kill, false, 1, at));
    return this;
  }

  /** The last one's layer grows, by bytes a second; stands still by 0. */
  Fleet grows(double rate) {
    Growth.Shape shape = rate > 0 ? Growth.Shape.GROWING : Growth.Shape.FLAT;
    outlooks.put(
        id(containers.size() - 1),
        new Outlook.OfContainer(
            Reading.of(new Growth(shape, rate, Duration.ofMinutes(1))),
            OptionalDouble.empty(),
            Map.of(),
            OptionalDouble.empty()));
    return this;
  }

  HostView view() {
    return HostView.read(
            NOW,
            containers,
            Map.of(ROOT, Reading.of(containers.size())),
            Map.of(),
            List.of(
                new BackingFilesystem(
                    KernelPath.of("/srv"),
                    "/dev/vdb",
                    "ext4",
                    450L << 30,
                    38L << 30,
                    OptionalLong.empty(),
                    OptionalLong.empty())),
            Reading.of(new HostMemory(8L << 30, 5L << 30, 0)),
            Reading.of(new TmpfsRisk(1 << 30, 5L << 30)),
            new Events(List.of(), events, List.of(), Map.of(), Map.of(), Map.of(), List.of()),
            collectors)
        .with(new Contracts(watched, verdicts))
        .with(new Outlook(outlooks, Map.of()))
        .with(new Alerting(true, alerts, 0, List.of(), Map.of(), List.of(), Map.of(), List.of()));
  }
}
