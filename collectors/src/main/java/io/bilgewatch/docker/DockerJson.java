package io.bilgewatch.docker;

import io.bilgewatch.docker.ContainerState.MountPoint;
import io.bilgewatch.kernel.Malformed;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's own state of a container, in any of its three forms. The form is Docker's internal one
 * ({@code daemon/container/container.go}), in which keys came and went; none is relied upon, and
 * unknown ones are ignored.
 *
 * <p>{@code config.v2.json} since 1.10, {@code config.json} before; one line, cut here:
 *
 * <pre>{@code
 * {"State":{"Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,
 *  "RemovalInProgress":false,"Dead":false,"Pid":4711,"ExitCode":0,"Error":"",
 *  "StartedAt":"2026-03-01T07:12:09.1Z","FinishedAt":"0001-01-01T00:00:00Z"},"ID":"<64 hex>",
 *  "Created":"2026-03-01T07:12:08.9Z","Config":{"User":"app","Env":["HOME=/srv"],
 *  "Image":"shop:1","Labels":{"tier":"web"}},"Image":"sha256:<64 hex>","LogPath":"/...-json.log",
 *  "Name":"/shop","Driver":"overlay2","RestartCount":0,"MountPoints":{"/data":{"Source":"/...",
 *  "Destination":"/data","RW":true,"Name":"shop","Type":"volume","Relabel":"z"}},
 *  "MountLabel":"","ProcessLabel":"","AppArmorProfile":"docker-default"}
 * }</pre>
 *
 * <p>{@code hostconfig.json}, cut:
 *
 * <pre>{@code
 * {"Binds":null,"LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},
 *  "RestartPolicy":{"Name":"no"},"CapAdd":null,"CapDrop":["ALL"],"CgroupnsMode":"private",
 *  "Privileged":false,"ReadonlyRootfs":true,"SecurityOpt":["no-new-privileges"],
 *  "Tmpfs":{"/tmp":"size=8m"},"UsernsMode":"","ShmSize":67108864,"Runtime":"runc",
 *  "Memory":33554432,"CgroupParent":"","MemorySwap":-1,
 *  "Mounts":[{"Type":"tmpfs","Target":"/run","TmpfsOptions":{"SizeBytes":1048576}}]}
 * }</pre>
 *
 * <p>{@code docker inspect}: an array of one object that has the first form's members, {@code Id}
 * for {@code ID}, {@code Mounts} (an array, {@code Mode} for {@code Relabel}) for {@code
 * MountPoints}, and the second form under {@code HostConfig}. Podman's output resembles it.
 */
public final class DockerJson {
  private static final String HOME = "HOME=";

  private DockerJson() {}

  /**
   * The state of a container from {@code config.v2.json}, {@code config.json} or {@code docker
   * inspect}. What the document does not have is empty; the id too.
   *
   * @param source names the document in errors
   * @throws Malformed where the document is empty, cut off or not such an object
   */
  public static ContainerState containerState(String source, byte[] json) throws Malformed {
    JsonObject container = JsonText.objectOrOnly(source, json);
    JsonObject config = container.object("Config");
    JsonObject state = container.object("State");
    return new ContainerState(
        container.text("ID", "Id"),
        name(container),
        config.text("Image"),
        container.text("Image"),
        storageDriver(container),
        config.textMap("Labels"),
        config.text("User"),
        home(config.texts("Env")),
        state.flag("Running"),
        state.flag("Paused"),
        state.flag("Restarting"),
        state.flag("Dead"),
        state.flag("RemovalInProgress") || state.text("Status").equals("removing"),
        state.flag("OOMKilled"),
        Math.clamp(state.number("Pid"), 0, Integer.MAX_VALUE),
        (int) state.number("ExitCode"),
        time(container.text("Created")),
        time(state.text("StartedAt")),
        time(state.text("FinishedAt")),
        container.number("RestartCount"),
        container.text("AppArmorProfile"),
        container.text("ProcessLabel"),
        container.text("MountLabel"),
        container.text("LogPath"),
        mountPoints(container));
  }

  /**
   * How a container was asked to run, from {@code hostconfig.json} or the {@code HostConfig} of
   * {@code docker inspect}.
   *
   * @param source names the document in errors
   * @throws Malformed where the document is empty, cut off or not such an object
   */
  public static HostConfig hostConfig(String source, byte[] json) throws Malformed {
    JsonObject host = hostConfigObject(source, json);
    JsonObject log = host.object("LogConfig");
    return new HostConfig(
        host.flag("ReadonlyRootfs"),
        host.flag("Privileged"),
        host.number("Memory"),
        host.number("MemorySwap"),
        host.number("ShmSize"),
        host.texts("SecurityOpt"),
        host.texts("CapAdd"),
        host.texts("CapDrop"),
        host.textMap("Tmpfs"),
        mounts(host),
        host.texts("Binds"),
        log.text("Type"),
        log.textMap("Config"),
        host.object("RestartPolicy").text("Name"),
        host.textMap("StorageOpt"),
        host.text("CgroupParent"),
        host.text("CgroupnsMode", "CgroupMode"),
        host.text("UsernsMode"),
        host.text("Runtime"));
  }

  /** A container's own document without the part must not read as a container without limits. */
  private static JsonObject hostConfigObject(String source, byte[] json) throws Malformed {
    JsonObject document = JsonText.objectOrOnly(source, json);
    if (document.object("HostConfig").node().isObject()) {
      return document.object("HostConfig");
    }
    if (document.has("State") || document.has("Config")) {
      throw new Malformed(source, 0, "a HostConfig", new byte[0]);
    }
    return document;
  }

  private static String name(JsonObject container) {
    String name = container.text("Name");
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private static String storageDriver(JsonObject container) {
    String driver = container.text("Driver");
    if (driver.isEmpty()) {
      driver = container.object("GraphDriver").text("Name");
    }
    return driver.isEmpty()
        ? container.object("Storage").object("RootFS").object("Snapshot").text("Name")
        : driver;
  }

  /** The last one counts, as for Docker. */
  private static String home(List<String> environment) {
    return environment.reversed().stream()
        .filter(variable -> variable.startsWith(HOME))
        .findFirst()
        .map(variable -> variable.substring(HOME.length()))
        .orElse("");
  }

  /** Go's zero time, year 1, is never. */
  private static Optional<Instant> time(String rfc3339) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(rfc3339);
      return time.getYear() > 1 ? Optional.of(time.toInstant()) : Optional.empty();
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static List<MountPoint> mountPoints(JsonObject container) {
    List<MountPoint> mountPoints = new ArrayList<>();
    if (container.has("MountPoints")) {
      container
          .object("MountPoints")
          .members()
          .forEach((destination, mount) -> mountPoints.add(mountPoint(destination, mount)));
    } else if (container.has("Mounts")) {
      container.objects("Mounts").forEach(mount -> mountPoints.add(mountPoint("", mount)));
    } else {
      mountPoints.addAll(oldVolumes(container));
    }
    return mountPoints;
  }

  private static MountPoint mountPoint(String key, JsonObject mount) {
    String destination = mount.text("Destination");
    if (destination.isEmpty()) {
      // Client libraries that print an inspect document of their own wrap the path.
      destination = mount.object("Destination").text("path");
    }
    return new MountPoint(
        destination.isEmpty() ? key : destination,
        mount.text("Type"),
        mount.text("Source"),
        mount.text("Name"),
        mount.text("Mode", "Relabel"),
        mount.flag("RW"));
  }

  /** Before 1.7: destination to host path, and destination to whether it is writable. */
  private static List<MountPoint> oldVolumes(JsonObject container) {
    JsonObject writable = container.object("VolumesRW");
    List<MountPoint> volumes = new ArrayList<>();
    for (Map.Entry<String, String> volume : container.textMap("Volumes").entrySet()) {
      String path = volume.getKey();
      boolean rw = !writable.has(path) || writable.flag(path);
      volumes.add(new MountPoint(path, "", volume.getValue(), "", "", rw));
    }
    return volumes;
  }

  private static List<HostConfig.Mount> mounts(JsonObject host) {
    return host.objects("Mounts").stream()
        .map(mount ->
            new HostConfig.Mount(
                mount.text("Type"),
                mount.text("Source"),
                mount.text("Target"),
                mount.flag("ReadOnly"),
                mount.object("TmpfsOptions").number("SizeBytes")))
        .toList();
  }
}
