package io.bilgewatch.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.testing.Corpora;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Mount tables of other projects' tests, line by line. */
class MountInfoCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyLineReadsAsItsSourceSays() throws Exception {
    int lines = 0;
    try (Stream<Path> files = Files.list(folder())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".expect.jsonl")).toList()) {
        for (String row : Files.readAllLines(file)) {
          JsonNode node = JSON.readTree(row);
          check(file.getFileName() + ": " + row, node.get("line").asText(), node.get("expect"));
          lines++;
        }
      }
    }
    assertTrue(lines > 400, "only " + lines + " lines");
  }

  @Test
  void everyFileReadsWhole() throws Exception {
    try (Stream<Path> files = Files.list(folder())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".mountinfo")).toList()) {
        String name = file.getFileName().toString().replace(".mountinfo", ".expect.jsonl");
        int rows = Files.readAllLines(file.resolveSibling(name)).size();
        assertEquals(rows, MountTable.parse(Files.readAllBytes(file)).mounts().size(), name);
      }
    }
  }

  private static Path folder() {
    Optional<Path> folder = Corpora.folder("mountinfo");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    return folder.orElseThrow();
  }

  private static void check(String row, String line, JsonNode expect) throws Malformed {
    byte[] text = line.getBytes(UTF_8);
    if (expect.isNull()) {
      assertThrows(Malformed.class, () -> MountInfo.line(text, 0, text.length), row);
      return;
    }
    Mount mount = MountInfo.line(text, 0, text.length);
    assertEquals(expect.get("id").asInt(), mount.id(), row);
    assertEquals(expect.get("parent").asInt(), mount.parentId(), row);
    assertEquals(expect.get("major").asInt(), mount.major(), row);
    assertEquals(expect.get("minor").asInt(), mount.minor(), row);
    assertEquals(path(expect.get("root")), mount.root(), row);
    assertEquals(path(expect.get("mountpoint")), mount.mountPoint(), row);
    assertEquals(texts(expect.get("options")), mount.options(), row);
    assertEquals(texts(expect.get("optional")), mount.optional(), row);
    assertEquals(expect.get("fstype").asText(), mount.fsType(), row);
    assertEquals(expect.get("source").asText(), mount.source(), row);
    assertEquals(expect.get("super_options").asText(), mount.superOptions(), row);
    assertEquals(expect.get("ro_mount").asBoolean(), mount.readOnly(), row);
    assertEquals(expect.get("ro_super").asBoolean(), mount.superReadOnly(), row);
    if (expect.has("lowerdirs")) {
      Overlay overlay = Overlay.of(mount).orElseThrow();
      assertEquals(expect.get("lowerdirs").asInt(), overlay.lowerdirs().size(), row);
      JsonNode upperdir = expect.get("upperdir");
      assertEquals(
          upperdir.isNull() ? Optional.empty() : Optional.of(path(upperdir)),
          overlay.upperdir(),
          row);
    }
  }

  private static KernelPath path(JsonNode node) {
    return KernelPath.of(node.asText());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
