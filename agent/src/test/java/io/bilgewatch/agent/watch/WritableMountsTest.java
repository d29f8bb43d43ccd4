package io.bilgewatch.agent.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bilgewatch.agent.Made;
import io.bilgewatch.docker.ContainerState;
import io.bilgewatch.kernel.Reading;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WritableMountsTest {
  private static final ContainerState STATE =
      Made.container(
              Path.of("/srv/docker"),
              true,
              """
              "MountPoints":{
                "/data":{"Destination":"/data","Type":"volume","RW":true},
                "/claimed":{"Destination":"/claimed","Type":"volume","RW":true},
                "/host":{"Destination":"/host","Type":"bind","RW":false}}
              """,
              Reading.notApplicable(""))
          .state();

  @Test
  void theTableSaysWhatIsWritableAndDockerOnlyWhatItIs() {
    assertEquals(
        List.of("tmpfs /tmp", "volume /data", "bind /host"),
        writable(
            "1 0 0:9 / / rw - overlay overlay rw",
            "2 1 0:10 / /tmp rw,nosuid - tmpfs t rw",
            "3 1 8:1 /v /data rw - ext4 /dev/sda1 rw",
            // Docker says that it is read-only, and somebody remounted it.
            "4 1 8:1 /h /host rw - ext4 /dev/sda1 rw",
            // And the other way round.
            "5 1 8:1 /c /claimed ro - ext4 /dev/sda1 rw"));
  }

  @Test
  void theRootAndTheKernelsInterfacesAreNone() {
    assertEquals(
        List.of("tmpfs /sys/fs/cgroup"),
        writable(
            "1 0 0:9 / / rw - overlay overlay rw",
            "2 1 0:10 / /proc rw - proc proc rw",
            "3 1 0:11 / /sys rw - sysfs sysfs rw",
            "4 3 0:12 / /sys/fs/cgroup rw - tmpfs t rw",
            "5 4 0:13 / /sys/fs/cgroup/memory rw - cgroup c rw,memory",
            "6 1 0:14 / /dev/mqueue rw - mqueue m rw",
            "7 2 0:15 /null /proc/keys rw - tmpfs t rw"));
  }

  @Test
  void whatIsMountedOverIsNotReachedAnyMore() {
    assertEquals(
        List.of("bind /a"),
        writable(
            "1 0 0:9 / / ro - overlay overlay rw",
            "2 1 0:10 / /a/hidden rw - tmpfs t rw",
            "3 1 8:1 /x /a rw - ext4 /dev/sda1 rw"));
  }

  private static List<String> writable(String... lines) {
    return WritableMounts.of(Made.mounts(lines), STATE).stream()
        .map(mount -> mount.kind().label() + " " + mount.path())
        .toList();
  }
}
