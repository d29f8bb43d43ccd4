package io.bilgewatch.docker;

import static io.bilgewatch.docker.Fixtures.bytes;
import static io.bilgewatch.docker.Fixtures.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.docker.ContainerState.MountPoint;
import io.bilgewatch.kernel.Malformed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DockerJsonTest {
  private static ContainerState state(String json) throws Malformed {
    return DockerJson.containerState("config.v2.json", utf8(json));
  }

  private static HostConfig host(String json) throws Malformed {
    return DockerJson.hostConfig("hostconfig.json", utf8(json));
  }

  @Test
  void readsTheStateThatDocker2010Writes() throws Malformed {
    ContainerState store = DockerJson.containerState("store", bytes("store-20.10-config.v2.json"));
    assertEquals(Fixtures.STORE, store.id());
    assertEquals("store", store.name());
    assertEquals("shop:1", store.image());
    assertEquals(
        "sha256:4b03b11ecf72b5d0907e7990ad8d97525f17ad803b8cd22c302e9db6729fcf26", store.imageId());
    assertEquals("overlay2", store.storageDriver());
    assertEquals("/root", store.home());
    assertTrue(store.running());
    assertEquals(22923, store.pid());
    assertEquals(Optional.of(Instant.parse("2026-11-23T06:07:01.182304477Z")), store.startedAt());
    assertEquals(Optional.empty(), store.finishedAt(), "year 1 is never");
    assertTrue(store.logPath().endsWith(Fixtures.STORE + "-json.log"));
    assertEquals(
        List.of(
            new MountPoint("/data", "volume", volume(), "stock", "z", true),
            new MountPoint("/run", "tmpfs", "", "", "", true),
            new MountPoint("/srv/etc", "bind", "/srv/shop/etc", "", "ro", false)),
        store.mountPoints());
  }

  private static String volume() {
    return "/var/lib/docker/volumes/stock/_data";
  }

  @Test
  void readsTheStateThatDocker29Writes() throws Malformed {
    ContainerState api = DockerJson.containerState("api", bytes("api-29-config.v2.json"));
    assertEquals("shop-api-1", api.name());
    assertEquals("overlayfs", api.storageDriver(), "the containerd image store");
    assertEquals("1001:1001", api.user());
    assertEquals("/home/api", api.home(), "the last HOME counts");
    assertEquals(4, api.restartCount());
    assertEquals("docker-default", api.appArmorProfile());
    assertEquals("Grüße, \"quoted\"", api.labels().get("note"));
    assertEquals(Optional.of(Instant.parse("2026-05-04T09:29:59.5Z")), api.finishedAt());
    assertEquals("image", api.mountPoints().get(1).type());
  }

  @Test
  void readsTheHostConfigOfBothReleases() throws Malformed {
    HostConfig store = DockerJson.hostConfig("store", bytes("store-20.10-hostconfig.json"));
    assertEquals(List.of("stock:/data", "/srv/shop/etc:/srv/etc:ro"), store.binds());
    assertEquals(List.of("CAP_CHOWN"), store.capabilitiesAdded());
    assertEquals(List.of("ALL"), store.capabilitiesDropped());
    assertEquals("host", store.cgroupnsMode());
    assertEquals(1048576, store.mounts().getFirst().tmpfsSizeBytes());
    HostConfig api = DockerJson.hostConfig("api", bytes("api-29-hostconfig.json"));
    assertTrue(api.readonlyRootfs());
    assertEquals(268435456, api.memoryBytes());
    assertEquals(-1, api.memorySwapBytes());
    assertEquals(134217728, api.shmSizeBytes());
    assertEquals(Map.of("/tmp", "size=8m,noexec", "/run", ""), api.tmpfs());
    assertEquals(Map.of("size", "2G"), api.storageOptions());
    assertEquals("local", api.logDriver());
    assertEquals(Map.of("max-size", "10m", "max-file", "2"), api.logOptions());
    assertEquals("unless-stopped", api.restartPolicy());
    assertEquals("/shop", api.cgroupParent());
    assertEquals("host", api.usernsMode());
    assertEquals("io.containerd.runc.v2", api.runtime());
    assertEquals(
        new HostConfig.Mount("bind", "/srv/keys", "/keys", true, 0), api.mounts().getLast());
  }

  @ParameterizedTest
  @ValueSource(strings = {"store-20.10", "api-29"})
  void inspectSaysTheSameAsTheStateFiles(String name) throws Malformed {
    byte[] inspect = bytes(name + "-inspect.json");
    ContainerState file = DockerJson.containerState(name, bytes(name + "-config.v2.json"));
    ContainerState inspected = DockerJson.containerState(name, inspect);
    assertEquals(file.id(), inspected.id());
    assertEquals(file.name(), inspected.name());
    assertEquals(file.storageDriver(), inspected.storageDriver());
    assertEquals(file.startedAt(), inspected.startedAt());
    assertEquals(file.restartCount(), inspected.restartCount());
    assertTrue(inspected.mountPoints().contains(file.mountPoints().getFirst()));
    assertEquals(
        DockerJson.hostConfig(name, bytes(name + "-hostconfig.json")),
        DockerJson.hostConfig(name, inspect));
  }

  @Test
  void inspectTellsRemovalByItsStatusOnly() throws Malformed {
    assertTrue(DockerJson.containerState("i", bytes("api-29-inspect.json")).removalInProgress());
    assertFalse(DockerJson.containerState("i", bytes("store-20.10-inspect.json")).dead());
  }

  @Test
  void missingNullAndOddValuesAreEmpty() throws Malformed {
    ContainerState nothing = state("{}");
    assertEquals("", nothing.id());
    assertEquals(Optional.empty(), nothing.createdAt());
    ContainerState odd =
        state(
            """
            {"ID":null,"Name":["x"],"State":"up","Created":17,"Driver":{},
             "Config":{"Labels":null,"Env":null,"User":0,"Image":false},"MountPoints":[1,null]}\
            """);
    assertEquals(Map.of(), odd.labels());
    assertEquals("0", odd.user());
    assertEquals("", odd.name());
    assertEquals(List.of(), odd.mountPoints());
    ContainerState more =
        state(
            """
            {"State":{"Pid":-4,"ExitCode":1e400,"Running":"yes"},"RestartCount":99999999999999999999,
             "Config":{"Labels":{"n":1,"null":null,"deep":{"a":1}},"Env":[null,7,{"HOME":"x"}]}}\
            """);
    assertEquals(0, more.pid());
    assertEquals(0, more.restartCount());
    assertEquals(Map.of("n", "1", "null", "", "deep", ""), more.labels());
  }

  @Test
  void theStorageDriverIsFoundWhereverAReleaseTellsIt() throws Malformed {
    assertEquals(
        "aufs", state("{\"GraphDriver\":{\"Name\":\"aufs\",\"Data\":null}}").storageDriver());
    assertEquals(
        "overlayfs",
        state("{\"Storage\":{\"RootFS\":{\"Snapshot\":{\"Name\":\"overlayfs\"}}}}")
            .storageDriver());
  }

  @Test
  void mountsOfOtherShapes() throws Malformed {
    String wrapped = "{\"Mounts\":[{\"Destination\":{\"path\":\"/d\"},\"RW\":true},null,\"x\"]}";
    assertEquals(new MountPoint("/d", "", "", "", "", true), state(wrapped).mountPoints().get(0));
    String old = "{\"Volumes\":{\"/a\":\"/h/a\",\"/b\":\"/h/b\"},\"VolumesRW\":{\"/b\":false}}";
    assertEquals(
        List.of(
            new MountPoint("/a", "", "/h/a", "", "", true),
            new MountPoint("/b", "", "/h/b", "", "", false)),
        state(old).mountPoints());
    assertEquals("/k", state("{\"MountPoints\":{\"/k\":{}}}").mountPoints().get(0).destination());
  }

  @Test
  void oddHostConfigs() throws Malformed {
    HostConfig odd =
        host(
            """
            {"SecurityOpt":"seccomp=unconfined","CapAdd":[null,"NET_ADMIN"],"Tmpfs":[],
             "Mounts":{"a":1},"LogConfig":null,"RestartPolicy":"always","Memory":"64m"}\
            """);
    assertEquals(List.of("seccomp=unconfined"), odd.securityOptions());
    assertEquals(List.of("NET_ADMIN"), odd.capabilitiesAdded());
    assertEquals("", odd.restartPolicy());
    assertEquals(List.of(), odd.mounts());
    assertEquals("private", host("{\"CgroupMode\":\"private\"}").cgroupnsMode());
  }

  @Test
  void aStateWithoutItsHostConfigIsNotAContainerWithoutLimits() {
    assertThrows(Malformed.class, () -> host("[{\"Id\":\"x\",\"State\":{},\"HostConfig\":null}]"));
    byte[] config = bytes("store-20.10-config.v2.json");
    assertThrows(Malformed.class, () -> DockerJson.hostConfig("config", config));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "null",
        "17",
        "\"x\"",
        "[]",
        "[1]",
        "[{},{}]",
        "{",
        "{\"ID\":\"a",
        "{\"ID\":\"a\"}{",
        "{\"ID\":\"a\"} x",
        "{'ID':1}",
        "{\"ID\":}",
        "\0\0\0\0",
        "\u00ff",
        "// c\n{}"
      })
  void whatIsNoSuchDocumentIsMalformed(String text) {
    assertThrows(Malformed.class, () -> state(text));
    assertThrows(Malformed.class, () -> host(text));
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] text = {'{', '"', 'I', 'D', '"', ':', '"', (byte) 0xff, (byte) 0xfe, '"', '}'};
    assertThrows(Malformed.class, () -> DockerJson.containerState("c", text));
  }

  @Test
  void nestingBombsAndHugeDocumentsAreRefused() {
    assertThrows(Malformed.class, () -> state("{\"a\":" + "[".repeat(1 << 20)));
    assertThrows(Malformed.class, () -> state("[".repeat(1 << 20)));
    assertThrows(Malformed.class, () -> state("{\"a\":[" + "0,".repeat(1 << 20) + "0]}"));
    byte[] huge = new byte[JsonText.MAX_BYTES + 1];
    java.util.Arrays.fill(huge, (byte) ' ');
    assertThrows(Malformed.class, () -> DockerJson.containerState("c", huge));
  }

  @Test
  void anErrorNamesThePlaceAndNoSecretOfTheEnvironment() {
    String half = "{\"Config\":{\"Env\":[\"PASSWORD=hunter2\" hunter2";
    Malformed error = assertThrows(Malformed.class, () -> state(half));
    assertTrue(error.getMessage().startsWith("config.v2.json: at byte 37"), error.getMessage());
    assertFalse(error.getMessage().contains("hunter2"), error.getMessage());
  }
}
