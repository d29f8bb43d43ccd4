package io.bilgewatch.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.testing.Corpora;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Cgroup files of other projects' tests. */
class CgroupCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void membershipsReadAsTheirSourcesSay() throws Exception {
    List<Path> files = list(folder("proc-cgroup"), ".cgroup");
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".cgroup", ".expect.json");
      JsonNode expect = JSON.readTree(Files.readString(file.resolveSibling(name)));
      CgroupMembership membership = CgroupMembership.parse(Files.readAllBytes(file));
      assertEquals(entries(expect.get("entries")), membership.entries(), name);
      assertEquals(
          expect.get("version").asText(),
          membership.version().name().toLowerCase(Locale.ROOT),
          name);
      assertEquals(text(expect.get("container_id")), membership.containerId(), name);
      if (expect.has("kind")) {
        assertEquals(
            expect.get("kind").asText(), membership.kind().name().toLowerCase(Locale.ROOT), name);
      }
    }
    assertTrue(files.size() > 5);
  }

  @Test
  void pathsReadAsTheirSourcesSay() throws Exception {
    Path file = folder("proc-cgroup").resolve("cgroup-paths.jsonl");
    for (String row : Files.readAllLines(file)) {
      JsonNode node = JSON.readTree(row);
      ContainerCgroup container = ContainerCgroup.of(KernelPath.of(node.get("line").asText()));
      assertEquals(text(node.get("expect").get("container_id")), container.containerId(), row);
    }
  }

  @Test
  void memoryFilesReadAsTheirSourcesSay() throws Exception {
    int values = 0;
    try (Stream<Path> directories = Files.list(folder("cgroup-mem"))) {
      for (Path directory : directories.filter(Files::isDirectory).toList()) {
        JsonNode expect = JSON.readTree(Files.readString(directory.resolve("expect.json")));
        Path content = directory.resolve("content");
        if (Files.exists(content)) {
          assertEquals(longs(expect), flat(content), content.toString());
          values += expect.size();
        } else {
          values += checkFiles(directory, expect);
        }
      }
    }
    assertTrue(values > 60, "only " + values);
  }

  private static int checkFiles(Path directory, JsonNode expect) throws Exception {
    int files = 0;
    for (Map.Entry<String, JsonNode> entry : expect.properties()) {
      Path file = directory.resolve(entry.getKey());
      JsonNode wanted = entry.getValue();
      if (wanted.has("value")) {
        Limit limit = CgroupValue.limit(file.toString(), Files.readAllBytes(file));
        assertEquals(limit(wanted.get("value")), limit, file.toString());
      } else {
        assertEquals(longs(wanted), flat(file), file.toString());
      }
      files++;
    }
    return files;
  }

  private static Limit limit(JsonNode value) {
    boolean unlimited = value.isTextual() || value.asLong() > 1L << 62;
    return unlimited ? Limit.unlimited() : Limit.bytes(value.asLong());
  }

  private static Map<String, Long> flat(Path file) throws Exception {
    return FlatKeyed.parse(file.toString(), Files.readAllBytes(file));
  }

  private static Map<String, Long> longs(JsonNode object) {
    Map<String, Long> longs = new LinkedHashMap<>();
    object.properties().forEach(entry -> longs.put(entry.getKey(), entry.getValue().asLong()));
    return longs;
  }

  private static List<CgroupMembership.Entry> entries(JsonNode array) {
    List<CgroupMembership.Entry> entries = new ArrayList<>();
    for (JsonNode node : array) {
      List<String> controllers = new ArrayList<>();
      node.get("controllers").forEach(name -> controllers.add(name.asText()));
      byte[] path = node.get("path").asText().getBytes(UTF_8);
      entries.add(
          new CgroupMembership.Entry(
              node.get("hierarchy").asInt(), controllers, KernelPath.of(path)));
    }
    return entries;
  }

  private static Optional<String> text(JsonNode node) {
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node.asText());
  }

  private static Path folder(String name) {
    Optional<Path> folder = Corpora.folder(name);
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    return folder.orElseThrow();
  }

  private static List<Path> list(Path folder, String ending) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }
}
