package io.bilgewatch.agent.outlook;

import io.bilgewatch.agent.MadeView;
import io.bilgewatch.agent.event.Events;
import io.bilgewatch.agent.risk.TmpfsRisk;
import io.bilgewatch.agent.view.ContainerView;
import io.bilgewatch.agent.view.HostView;
import io.bilgewatch.cgroup.MemoryUsage;
import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.BackingFilesystem;
import io.bilgewatch.overlay.LayerUsage;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A container whose figures a test sets from second to second. */
final class Simulated {
  static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

  final String id;
  Path dataRoot = Path.of("/srv/docker");
  Instant startedAt = BEGIN.minusSeconds(3600);
  Reading<LayerUsage> layer = Reading.notApplicable("no layer");
  Reading<LayerUsage.Quota> quota = Reading.notApplicable("no quota");
  Reading<TmpfsRisk> risk = Reading.notApplicable("no risk");
  Reading<MemoryUsage> memory = Reading.notApplicable("no memory");
  boolean rootReadOnly = true;
  final List<Reading<TmpfsUsage>> tmpfs = new ArrayList<>();

  Simulated(int number) {
    id = "%064x".formatted(number);
  }

  static TmpfsUsage tmpfs(String path, Limit size, double used, boolean readOnly) {
    return new TmpfsUsage(
        KernelPath.of(path),
        "0:" + path.hashCode(),
        size,
        OptionalLong.of((long) used),
        OptionalLong.empty(),
        OptionalLong.empty(),
        true,
        readOnly);
  }

  /** Of {@code size=0}, of which the kernel does not count what it holds. */
  static TmpfsUsage uncounted(String path) {
    return new TmpfsUsage(
        KernelPath.of(path),
        "0:1",
        Limit.unlimited(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        false,
        false);
  }

  static MemoryUsage memory(double shmem) {
    OptionalLong bytes = OptionalLong.of((long) shmem);
    return new MemoryUsage(
        "/docker/x",
        Limit.unlimited(),
        (long) shmem,
        bytes,
        bytes,
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  void tmpfs(String path, double size, double used) {
    tmpfs.add(Reading.of(tmpfs(path, Limit.bytes((long) size), used, false)));
  }

  void layer(double bytes, Instant measuredAt) {
    layer = Reading.of(MadeView.layerOf((long) bytes, measuredAt));
  }

  ContainerView view() {
    String json =
        """
        {"ID":"%s","Name":"/c%s","Driver":"overlay2",
         "State":{"Running":true,"Pid":42,"StartedAt":"%s"}}
        """
            .formatted(id, id.substring(60), startedAt);
    try {
      return MadeView.of(
              new Container(
                  DockerJson.containerState("simulated", json.getBytes(StandardCharsets.UTF_8)),
                  Reading.notApplicable("not read"),
                  dataRoot,
                  dataRoot.resolve("containers").resolve(id)))
          .rootReadOnly(Reading.of(rootReadOnly))
          .layer(layer)
          .quota(quota)
          .tmpfs(List.copyOf(tmpfs))
          .memory(memory)
          .risk(risk)
          .make();
    } catch (Malformed e) {
      throw new IllegalStateException(e);
    }
  }

  static BackingFilesystem filesystem(String mountPoint, double size, double avail) {
    return new BackingFilesystem(
        KernelPath.of(mountPoint),
        "/dev/x",
        "ext4",
        (long) size,
        (long) avail,
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  static HostView host(
      double second, List<BackingFilesystem> filesystems, Simulated... containers) {
    return HostView.read(
        BEGIN.plusMillis((long) (1000 * second)),
        List.of(containers).stream().map(Simulated::view).toList(),
        Map.of(),
        Map.of(),
        filesystems,
        Reading.notApplicable("not read"),
        Reading.notApplicable("not read"),
        Events.NONE,
        List.of());
  }
}
