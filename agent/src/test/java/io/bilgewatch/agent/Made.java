package io.bilgewatch.agent;

import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.docker.HostConfig;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.mount.MountTable;
import io.bilgewatch.process.ProcessPosture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Containers and what belongs to them, made from the texts that Docker and the kernel write. */
public final class Made {
  /** The bounding set that Docker grants without being asked. */
  public static final long DOCKERS_CAPABILITIES = 0xa80425fbL;

  private Made() {}

  /** A container of overlay2 below a data root, with further members of {@code config.v2.json}. */
  public static Container container(
      Path dataRoot, boolean running, String more, Reading<HostConfig> host) {
    String id = "%064x".formatted(0xc0ffee);
    String json =
        """
        {"ID":"%s","Name":"/made","Driver":"overlay2","State":{"Running":%s,"Pid":%d}%s}
        """
            .formatted(id, running, running ? 4242 : 0, more.isEmpty() ? "" : "," + more);
    try {
      return new Container(
          DockerJson.containerState("made", bytes(json)),
          host,
          dataRoot,
          dataRoot.resolve("containers").resolve(id));
    } catch (Malformed e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** From {@code hostconfig.json}. */
  public static Reading<HostConfig> hostConfig(String json) {
    try {
      return Reading.of(DockerJson.hostConfig("made", bytes(json)));
    } catch (Malformed e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** From lines of mountinfo. */
  public static MountTable mounts(String... lines) {
    return MountTable.parse(bytes(String.join("\n", lines) + "\n"));
  }

  /** A process's privileges. */
  public static ProcessPosture posture(
      int containerUid, long bounding, boolean noNewPrivileges, int seccomp, String label) {
    return new ProcessPosture(
        containerUid,
        containerUid,
        containerUid,
        0,
        0,
        bounding,
        noNewPrivileges,
        seccomp < 0 ? OptionalInt.empty() : OptionalInt.of(seccomp),
        label);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
