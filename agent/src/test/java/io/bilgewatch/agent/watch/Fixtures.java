package io.bilgewatch.agent.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bilgewatch.docker.Container;
import io.bilgewatch.docker.DockerJson;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Reading.Cause;
import io.bilgewatch.tmpfs.TmpfsUsage;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A container and what is read of it, as far as tests of events need them. */
final class Fixtures {
  static final String ID = "0123456789abcdef".repeat(4);

  private Fixtures() {}

  /** Named web, of process 4711, begun at 11:00. */
  static Container container() throws Malformed {
    return new Container(
        DockerJson.containerState(
            "test",
            """
            {"ID":"%s","Name":"/web",
             "State":{"Running":true,"Pid":4711,"StartedAt":"2026-11-25T11:00:00Z"}}
            """
                .formatted(ID)
                .getBytes(UTF_8)),
        no(),
        Path.of("/var/lib/docker"),
        Path.of("/var/lib/docker/containers", ID));
  }

  /** Of 256 MiB. */
  static Reading<TmpfsUsage> tmpfs(String path, long used) {
    return Reading.of(
        new TmpfsUsage(
            KernelPath.of(path),
            "0:" + path.length(),
            Limit.bytes(1 << 28),
            OptionalLong.of(used),
            OptionalLong.empty(),
            OptionalLong.empty(),
            true,
            false));
  }

  static <T> Reading<T> no() {
    return Reading.missing(Cause.PENDING, "not of interest here");
  }
}
