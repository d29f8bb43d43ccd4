package io.bilgewatch.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/configuration.md} equal to the code. {@code -Dbilgewatch.rewrite=true} writes
 * the table anew.
 */
class ConfigurationReferenceTest {
  private static final String BEGIN = "<!-- the keys, written by ConfigurationReferenceTest -->\n";
  private static final String END = "<!-- end of the keys -->\n";

  @Test
  void theDocumentListsEveryKeyAsTheCodeHasIt() throws Exception {
    Path document = Path.of(System.getProperty("bilgewatch.root"), "docs", "configuration.md");
    String text = Files.readString(document);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (Boolean.getBoolean("bilgewatch.rewrite")) {
      Files.writeString(document, text.substring(0, from) + table() + text.substring(to));
    } else {
      assertEquals(table(), text.substring(from, to));
    }
  }

  /** What the document shows as an example is read as it stands there. */
  @Test
  void theDocumentsExampleIsValid() throws Exception {
    Path document = Path.of(System.getProperty("bilgewatch.root"), "docs", "configuration.md");
    String text = Files.readString(document);
    int from = text.indexOf("```yaml\n") + "```yaml\n".length();
    Path example = Files.createTempFile("example", ".yml");
    Files.writeString(example, text.substring(from, text.indexOf("```", from)));
    Configuration read = ConfigurationReader.read(example, List.of());
    assertEquals(List.of(Path.of("/srv/docker")), read.docker().dataRoots());
    Files.delete(example);
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder("\n| key | default | takes | meaning |\n|---|---|---|---|\n");
    Keys.ALL.forEach(key -> table.append(row(key)));
    return table.append('\n').toString();
  }

  private static <T> String row(Key<T> key) {
    return "| `%s` | `%s` | %s | %s |%n"
        .formatted(
            key.name(), key.kind().show(key.standard()), key.kind().expects(), key.summary());
  }
}
