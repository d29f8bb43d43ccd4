package io.bilgewatch.bench;

import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.agent.view.WritableMount;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.descriptor.DeletedFiles;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.host.HostMemory;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** A host with any number of containers that have everything a container can have. */
public final class MadeUpHost {
  private static final Path ROOT = Path.of("/var/lib/example");

  private MadeUpHost() {}

  public static HostView with(int containers) {
    return HostView.read(
        Instant.now(),
        IntStream.range(0, containers).mapToObj(MadeUpHost::container).toList(),
        Map.of(ROOT, Reading.of(containers)),
        Map.of(),
        List.of(),
        Reading.of(new HostMemory(1L << 35, 1L << 34, 0)),
        Reading.of(new TmpfsRisk(1e9, 1L << 34)),
        Events.NONE,
        List.of(
            new CollectorStatus(
                "inventory",
                CollectorStatus.Outcome.COLLECTED,
                "",
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Optional.of(Instant.now()))));
  }

  /** The same in another object, so that nothing that was rendered before will do. */
  public static HostView anew(HostView view) {
    return HostView.read(
        Instant.now(),
        view.containers(),
        view.dataRoots(),
        view.unread(),
        view.filesystems(),
        view.memory(),
        view.risk(),
        view.events(),
        view.collectors());
  }

  /**
   * The host as the next look finds it: every view and reading is another object, the memory of
   * each container and the use of its tmpfs have changed, and one layer in ten was measured again.
   *
   * @param seconds since the host was made up
   */
  public static HostView later(HostView view, int seconds) {
    return anew(
        HostView.read(
            view.at(),
            IntStream.range(0, view.containers().size())
                .mapToObj(number -> later(view.containers().get(number), number, seconds))
                .toList(),
            view.dataRoots(),
            view.unread(),
            view.filesystems(),
            view.memory(),
            view.risk(),
            view.events(),
            view.collectors()));
  }

  /** The same after somebody gave all containers other names. */
  static HostView renamed(HostView view) {
    return HostView.read(
        view.at(),
        IntStream.range(0, view.containers().size())
            .mapToObj(number -> renamed(view.containers().get(number), number))
            .toList(),
        view.dataRoots(),
        view.unread(),
        view.filesystems(),
        view.memory(),
        view.risk(),
        view.events(),
        view.collectors());
  }

  private static ContainerView renamed(ContainerView before, int number) {
    return MadeView.like(before)
        .container(new Container(state(number, "renamed-" + number), hostConfig(), ROOT, ROOT))
        .make();
  }

  private static ContainerView later(ContainerView before, int number, int seconds) {
    MadeView made = MadeView.like(before);
    if (number % 10 == seconds % 10) {
      made.layer(Reading.of(layer(number + seconds)));
    }
    return made.mounts(Reading.of(mounts()))
        .logBytes(123_456L + number + seconds)
        .tmpfs(tmpfs(number + seconds))
        .memory(Reading.of(memory(number + seconds)))
        .risk(Reading.of(new TmpfsRisk(1.5e8 + seconds / 3.0, 422L << 20)))
        .make();
  }

  private static ContainerView container(int number) {
    Map<HardeningCheck, Reading<Boolean>> checks = new EnumMap<>(HardeningCheck.class);
    for (HardeningCheck check : HardeningCheck.values()) {
      checks.put(check, Reading.of(check.label().length() % 2 == number % 2));
    }
    String name = "service-with-a-usual-name-" + number;
    return MadeView.of(new Container(state(number, name), hostConfig(), ROOT, ROOT))
        .rootReadOnly(Reading.of(number % 2 == 0))
        .mounts(Reading.of(mounts()))
        .layer(Reading.of(layer(number)))
        .deletedFiles(new DeletedFiles(4096L * number, 1, 20))
        .logBytes(123_456L + number)
        .tmpfs(tmpfs(number))
        .memory(Reading.of(memory(number)))
        .risk(Reading.of(new TmpfsRisk(1.5e8, 422L << 20)))
        .hardening(checks)
        .make();
  }

  private static MemoryUsage memory(int number) {
    return new MemoryUsage(
        "/docker/" + number,
        Limit.bytes(512L << 20),
        (100L << 20) + number,
        OptionalLong.of(1 << 20),
        OptionalLong.of(90L << 20),
        OptionalLong.of(422L << 20),
        OptionalLong.of(0));
  }

  private static io.bilgewatch.docker.ContainerState state(int number, String name) {
    String json =
        """
        {"ID":"%064x","Name":"/%s","Image":"sha256:%064x","Driver":"overlay2",
         "Config":{"Image":"registry.example/team/service:1.%d","User":"1000","Labels":{
         "com.docker.compose.project":"shop","com.docker.compose.service":"service-%d"}},
         "State":{"Running":true,"Pid":%d,"StartedAt":"2026-01-01T00:00:00Z"},"RestartCount":0}
        """
            .formatted(
                0x1234_5678_9abcL * (number + 1), name, number, number, number, 1000 + number);
    try {
      return DockerJson.containerState("made up", json.getBytes(StandardCharsets.UTF_8));
    } catch (Malformed e) {
      throw new IllegalStateException(e);
    }
  }

  private static Reading<io.bilgewatch.docker.HostConfig> hostConfig() {
    try {
      return Reading.of(
          DockerJson.hostConfig(
              "made up",
              "{\"LogConfig\":{\"Type\":\"json-file\"}}".getBytes(StandardCharsets.UTF_8)));
    } catch (Malformed e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<WritableMount> mounts() {
    List<String> options = List.of("rw", "nosuid", "nodev", "noexec", "relatime");
    return List.of(
        new WritableMount(KernelPath.of("/dev"), WritableMount.Kind.TMPFS, options),
        new WritableMount(KernelPath.of("/dev/shm"), WritableMount.Kind.TMPFS, options),
        new WritableMount(KernelPath.of("/etc/hosts"), WritableMount.Kind.BIND, options),
        new WritableMount(KernelPath.of("/etc/hostname"), WritableMount.Kind.BIND, options),
        new WritableMount(KernelPath.of("/etc/resolv.conf"), WritableMount.Kind.BIND, options),
        new WritableMount(KernelPath.of("/data"), WritableMount.Kind.VOLUME, options));
  }

  private static List<Reading<TmpfsUsage>> tmpfs(int number) {
    List<Reading<TmpfsUsage>> all = new ArrayList<>();
    for (String path : List.of("/dev", "/dev/shm", "/tmp")) {
      all.add(
          Reading.of(
              new TmpfsUsage(
                  KernelPath.of(path),
                  "0:" + number + path.length(),
                  Limit.bytes(64L << 20),
                  OptionalLong.of(4096L * number),
                  OptionalLong.of(1_000_000),
                  OptionalLong.of(12),
                  true,
                  false)));
    }
    return all;
  }

  private static LayerUsage layer(int number) {
    return new LayerUsage(
        84_000_000L + number,
        83_000_000L + number,
        1234,
        Optional.of(new LayerUsage.Changes(1000, 200)),
        34,
        2,
        IntStream.range(0, 10)
            .mapToObj(
                i -> new LayerUsage.DirectoryUsage(KernelPath.of("/var/cache/dir-" + i), 1000L * i))
            .toList(),
        Instant.now(),
        Instant.now(),
        true,
        Duration.ofMillis(3),
        true);
  }
}
