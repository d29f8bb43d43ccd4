package io.bilgewatch.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bilgewatch.testing.Corpora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every document of the {@code docker-json} corpus reads as {@code FILE.expect.json} beside it
 * says. There, what the document does not have is left out, and a null of the document stays one;
 * both read as empty here.
 */
final class DockerJsonCorpusTest {
  private static final String EXPECT = ".expect.json";
  private static final JsonMapper MAPPER = new JsonMapper();

  @TestFactory
  Stream<DynamicTest> readsEveryDocumentAsExpected() throws IOException {
    Optional<Path> corpus = Corpora.folder("docker-json");
    if (corpus.isEmpty()) {
      String reason = "the corpora are not beside the checkout";
      return Stream.of(dynamicTest(reason, () -> assumeTrue(false, reason)));
    }
    List<Path> cases = cases(corpus.get());
    assertTrue(cases.size() >= 20, "the corpus is there, but not its cases: " + cases.size());
    return cases.stream()
        .map(path -> dynamicTest(corpus.get().relativize(path).toString(), () -> check(path)));
  }

  private static List<Path> cases(Path corpus) throws IOException {
    try (Stream<Path> files = Files.walk(corpus)) {
      return files.filter(file -> file.toString().endsWith(EXPECT)).sorted().toList();
    }
  }

  private static void check(Path expectFile) throws IOException {
    String name = expectFile.toString();
    Path file = Path.of(name.substring(0, name.length() - EXPECT.length()));
    JsonNode expect = MAPPER.readTree(Files.readAllBytes(expectFile));
    byte[] json = Files.readAllBytes(file);
    String kind = expect.path("kind").asText();
    int checked = 0;
    if (!kind.equals("hostconfig")) {
      checked += check(expect, DockerJson.containerState(file.toString(), json));
    }
    if (kind.equals("hostconfig") || expect.has("privileged") || expect.has("log_driver")) {
      checked += check(expect, DockerJson.hostConfig(file.toString(), json), kind);
    }
    assertTrue(checked > 0, () -> "nothing was compared: " + expect);
  }

  private static int check(JsonNode expect, ContainerState state) {
    Expected expected = new Expected(expect);
    expected.text("id", state.id());
    expected.text("name", state.name());
    expected.text("image", state.image());
    expected.text("image_id", state.imageId());
    expected.text("driver", state.storageDriver());
    expected.text("graph_driver", state.storageDriver());
    expected.text("storage_snapshotter", state.storageDriver());
    expected.text("user", state.user());
    expected.text("apparmor_profile", state.appArmorProfile());
    expected.text("mount_label", state.mountLabel());
    expected.text("process_label", state.processLabel());
    expected.text("log_path", state.logPath());
    expected.number("pid", state.pid());
    expected.number("exit_code", state.exitCode());
    expected.number("restart_count", state.restartCount());
    expected.flag("running", state.running());
    expected.flag("paused", state.paused());
    expected.flag("restarting", state.restarting());
    expected.flag("dead", state.dead());
    expected.flag("oom_killed", state.oomKilled());
    expected.tree("labels", state.labels());
    expected.rows("mounts", state.mountPoints().stream().map(DockerJsonCorpusTest::row).toList());
    return expected.checked;
  }

  private static int check(JsonNode expect, HostConfig host, String kind) {
    Expected expected = new Expected(expect);
    expected.flag("readonly_rootfs", host.readonlyRootfs());
    expected.flag("privileged", host.privileged());
    expected.number("memory", host.memoryBytes());
    expected.number("memory_swap", host.memorySwapBytes());
    expected.number("shm_size", host.shmSizeBytes());
    expected.text("log_driver", host.logDriver());
    expected.text("restart_policy", host.restartPolicy());
    expected.text("runtime", host.runtime());
    expected.text("cgroupns_mode", host.cgroupnsMode());
    expected.text("cgroup_parent", host.cgroupParent());
    expected.text("userns_mode", host.usernsMode());
    expected.tree("log_config", host.logOptions());
    expected.tree("storage_opt", host.storageOptions());
    expected.tree("tmpfs", host.tmpfs());
    expected.tree("binds", host.binds());
    expected.tree("security_opt", host.securityOptions());
    expected.tree("cap_add", host.capabilitiesAdded());
    expected.tree("cap_drop", host.capabilitiesDropped());
    if (kind.equals("hostconfig")) {
      expected.rows("mounts", host.mounts().stream().map(DockerJsonCorpusTest::row).toList());
    }
    return expected.checked;
  }

  private static JsonNode row(ContainerState.MountPoint mount) {
    return MAPPER
        .createObjectNode()
        .put("destination", mount.destination())
        .put("type", mount.type())
        .put("source", mount.source())
        .put("name", mount.name())
        .put("mode", mount.mode())
        .put("rw", mount.writable());
  }

  private static JsonNode row(HostConfig.Mount mount) {
    return MAPPER
        .createObjectNode()
        .put("Type", mount.type())
        .put("Source", mount.source())
        .put("Target", mount.target())
        .put("ReadOnly", mount.readOnly());
  }

  /** Compares what the expectation has, and counts. */
  private static final class Expected {
    private final JsonNode expect;
    private int checked;

    Expected(JsonNode expect) {
      this.expect = expect;
    }

    void text(String key, String found) {
      if (has(key)) {
        assertEquals(expect.get(key).isNull() ? "" : expect.get(key).asText(), found, key);
      }
    }

    void number(String key, long found) {
      if (has(key)) {
        assertEquals(expect.get(key).asLong(), found, key);
      }
    }

    void flag(String key, boolean found) {
      if (has(key)) {
        assertEquals(expect.get(key).asBoolean(), found, key);
      }
    }

    void tree(String key, Object found) {
      if (has(key)) {
        JsonNode tree = MAPPER.valueToTree(found);
        JsonNode expected = expect.get(key);
        assertEquals(expected.isNull() && tree.isEmpty() ? tree : expected, tree, key);
      }
    }

    /** Rows in any order; of each only the members that the expectation has. */
    void rows(String key, List<JsonNode> found) {
      if (has(key)) {
        List<JsonNode> expected = new ArrayList<>();
        expect.get(key).forEach(row -> expected.add(plain(row)));
        assertEquals(expected.size(), found.size(), key);
        expected.sort(Comparator.comparing(DockerJsonCorpusTest::place));
        List<JsonNode> sorted =
            found.stream().sorted(Comparator.comparing(DockerJsonCorpusTest::place)).toList();
        for (int i = 0; i < sorted.size(); i++) {
          assertRow(expected.get(i), sorted.get(i));
        }
      }
    }

    private boolean has(String key) {
      if (expect.has(key)) {
        checked++;
      }
      return expect.has(key);
    }
  }

  private static String place(JsonNode row) {
    return row.path("destination").asText() + row.path("Target").asText();
  }

  private static JsonNode plain(JsonNode row) {
    ObjectNode plain = row.deepCopy();
    if (row.path("destination").isObject()) {
      plain.set("destination", row.path("destination").path("path"));
    }
    return plain;
  }

  private static void assertRow(JsonNode expected, JsonNode found) {
    expected
        .properties()
        .forEach(member -> {
          if (found.has(member.getKey())) {
            JsonNode mine = found.get(member.getKey());
            JsonNode value = member.getValue();
            assertEquals(value.isNull() ? "" : value.asText(), mine.asText(), member.getKey());
          }
        });
  }
}
