package io.bilgewatch.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bilgewatch.cgroup.CgroupMembership.Entry;
import io.bilgewatch.cgroup.CgroupMembership.Version;
import io.bilgewatch.cgroup.ContainerCgroup.Kind;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupMembershipTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);

  @Test
  void linesArePartedAtTheirFirstTwoColons() throws Malformed {
    CgroupMembership membership = parse("5:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/c::d");
    assertEquals(
        List.of(
            new Entry(5, List.of("cpu", "cpuacct"), KernelPath.of("/a:b")),
            new Entry(1, List.of("name=systemd"), KernelPath.of("/")),
            new Entry(0, List.of(), KernelPath.of("/c::d"))),
        membership.entries());
    assertEquals(Optional.of(KernelPath.of("/a:b")), membership.v1Path("cpuacct"));
    assertEquals(Optional.of(KernelPath.of("/c::d")), membership.v2Path());
    assertEquals(Optional.empty(), membership.v1Path("memory"));
  }

  @Test
  void versions() throws Malformed {
    assertEquals(Version.V2, parse("0::/x\n").version());
    assertEquals(Version.V1, parse("4:memory:/x\n1:name=systemd:/x\n").version());
    assertEquals(Version.HYBRID, parse("4:memory:/x\n0::/x\n").version());
  }

  @Test
  void aProcessThatIsEndingKeepsItsContainerOnVersionTwo() throws Malformed {
    CgroupMembership ending = parse("4:memory:/\n1:name=systemd:/\n0::/docker/" + ID + "\n");
    assertEquals(Optional.of(ID), ending.containerId());
    assertEquals(Kind.DOCKER, ending.kind());
    CgroupMembership removed = parse("0::/docker/" + ID + " (deleted)\n");
    assertEquals(Optional.of(ID), removed.containerId());
  }

  @Test
  void versionTwoGoesFirstWhereItNamesAContainer() throws Malformed {
    CgroupMembership both = parse("4:memory:/docker/" + OTHER + "\n0::/docker/" + ID + "\n");
    assertEquals(Optional.of(ID), both.containerId());
    CgroupMembership service = parse("4:memory:/docker/" + OTHER + "\n0::/x.service\n");
    assertEquals(Optional.of(OTHER), service.containerId());
  }

  @Test
  void aContainerCannotPassItselfOffAsAnother() {
    ContainerCgroup nested = path("/docker/" + ID + "/docker-" + OTHER + ".scope");
    assertEquals(Optional.of(ID), nested.containerId());
    assertEquals(List.of(ID, OTHER), nested.containerIds());
  }

  @ParameterizedTest
  @CsvSource({
    "/docker/ID, DOCKER",
    "/docker/ID/init.scope, DOCKER",
    "/system.slice/docker-ID.scope, DOCKER",
    "/../../docker/ID, DOCKER",
    "/../../system.slice/docker-ID.scope, DOCKER",
    "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope, DOCKER",
    "/kubepods/burstable/pod11/ID, KUBERNETES",
    "/kubepods/burstable/pod11/ID/side, KUBERNETES",
    "/kubepods.slice/kubepods-pod1.slice/docker-ID.scope, DOCKER",
    "/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope, CONTAINERD",
    "/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:ID, CONTAINERD",
    "/kubepods.slice/kubepods-pod1.slice/crio-ID.scope/container, CRIO",
    "/machine.slice/libpod-ID.scope/container, PODMAN",
    "/custom/parent/ID, OTHER",
  })
  void containers(String path, Kind kind) {
    ContainerCgroup container = path(path.replace("ID", ID));
    assertEquals(Optional.of(ID), container.containerId());
    assertEquals(kind, container.kind());
  }

  @ParameterizedTest
  @CsvSource({
    "/, NONE",
    "/system.slice/ssh.service, NONE",
    "/system.slice/docker.service, NONE",
    "/docker, NONE",
    "/docker/IDa, NONE",
    "/system.slice/x-docker-overlay2-ID-merged.mount, NONE",
    "/machine.slice/libpod-conmon-ID.scope, NSPAWN",
    "/kubepods.slice/crio-conmon-ID.scope, NONE",
    "/lxc/first, LXC",
    "/lxc.payload.first/init.scope, LXC",
    "/lxc.monitor.first, NONE",
    "/machine.slice/systemd-nspawn@first.service, NSPAWN",
    "/podruntime/kubelet, TALOS",
  })
  void others(String path, Kind kind) {
    ContainerCgroup none = path(path.replace("ID", ID));
    assertEquals(Optional.empty(), none.containerId());
    assertEquals(kind, none.kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "4:memory", ":memory:/x", "x:memory:/x", "4444444444:memory:/x"})
  void aLineThatIsNoneIsRefused(String line) {
    assertThrows(Malformed.class, () -> parse("0::/\n" + line + "\n"));
  }

  private static ContainerCgroup path(String path) {
    return ContainerCgroup.of(KernelPath.of(path));
  }

  private static CgroupMembership parse(String text) throws Malformed {
    return CgroupMembership.parse(text.getBytes(UTF_8));
  }
}
