package io.bilgewatch.agent.top;

import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.view.Alert;
import io.bilgewatch.agent.view.Alerting;
import io.bilgewatch.agent.view.ContainerView;
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
import java.util.OptionalLong;

/** Made-up containers on a made-up host. */
final class Fleet {
  static final long MIB = 1 << 20;
  static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");
  private static final Path ROOT = Path.of("/srv/docker");

  private final List<ContainerView> containers = new ArrayList<>();
  private final Map<String, Outlook.OfContainer> outlooks = new HashMap<>();
  private final List<Alert> alerts = new ArrayList<>();

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
        new ContainerView(
            container(name),
            true,
            Reading.of(readOnly),
            Reading.of(
                List.of(
                    new WritableMount(
                        KernelPath.of("/run"), WritableMount.Kind.TMPFS, List.of("rw", "nosuid")))),
            layer(layerBytes, at, directory),
            Reading.notApplicable("no quota"),
            Reading.notApplicable("not asked"),
            Reading.of(12 * MIB),
            Reading.of(List.of(Reading.of(tmpfs((long) (tmpfsLoad * 64 * MIB))))),
            Reading.of(
                new MemoryUsage(
                    "/docker/x",
                    Limit.bytes(256 * MIB),
                    100 * MIB,
                    OptionalLong.of(MIB),
                    OptionalLong.of(2 * MIB),
                    OptionalLong.of(254 * MIB),
                    OptionalLong.of(0))),
            Reading.of(new TmpfsRisk(64 * MIB, 254 * MIB)),
            Map.of(
                HardeningCheck.ROOTFS_READONLY,
                Reading.of(readOnly),
                HardeningCheck.SECCOMP,
                Reading.of(true))));
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
    String id = id(containers.size());
    String escaped = name.replace("\\", "\\\\").replace("\"", "\\\"");
    StringBuilder json = new StringBuilder();
    escaped.chars().forEach(c -> json.append(c < 0x20 ? "\\u%04x".formatted(c) : (char) c));
    String text =
        """
        {"ID":"%s","Name":"/%s","Driver":"overlay2","Config":{"Image":"image-of-%s"},
         "State":{"Running":true,"Pid":42,"StartedAt":"2026-03-01T00:00:00Z"}}
        """
            .formatted(id, json, containers.size());
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
            Events.NONE,
            List.of())
        .with(new Outlook(outlooks, Map.of()))
        .with(new Alerting(true, alerts, 0, List.of(), Map.of(), List.of(), Map.of(), List.of()));
  }
}
