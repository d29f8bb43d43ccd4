package io.bilgewatch.containerlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.testing.Corpora;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines that people reported, and lines that only look so. */
class RofsCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WriteFailureRules RULES = WriteFailureRules.shipped();
  private static final double SHARE = 0.95;

  @Test
  void failuresAreFoundWithErrnoAndPath() throws Exception {
    List<JsonNode> rows = rows("failures.jsonl");
    List<String> missed = new ArrayList<>();
    for (JsonNode row : rows) {
      String line = row.get("line").asText();
      String found = RULES.match(line).map(RofsCorpusTest::told).orElse("nothing");
      if (!found.equals(expected(row.get("expect")))) {
        missed.add(line + "\n    expected " + expected(row.get("expect")) + ", found " + found);
      }
    }
    String report = missed.size() + " of " + rows.size() + " missed:\n" + String.join("\n", missed);
    System.out.println(report);
    assertTrue(rows.size() >= 50, "only " + rows.size());
    assertTrue(rows.size() - missed.size() >= SHARE * rows.size(), report);
  }

  private static String told(WriteFailure failure) {
    return failure.errno().map(Enum::name).orElse("untold") + " " + failure.path().orElse("-");
  }

  /** The corpus has two names for an errno that the line hides. */
  private static String expected(JsonNode expect) {
    String errno =
        switch (expect.get("errno").asText()) {
          case "READONLY_DB", "UNKNOWN" -> "untold";
          case String name -> name;
        };
    return errno + " " + expect.path("path").asText("-");
  }

  @Test
  void noDecoyIsCounted() throws Exception {
    List<String> counted = new ArrayList<>();
    List<JsonNode> rows = rows("decoys.jsonl");
    for (JsonNode row : rows) {
      Optional<WriteFailure> found = RULES.match(row.get("line").asText());
      found.ifPresent(failure -> counted.add(row.get("line").asText() + "\n    " + failure));
    }
    assertEquals(List.of(), counted, counted.size() + " of " + rows.size());
    assertTrue(rows.size() >= 30, "only " + rows.size());
  }

  private static List<JsonNode> rows(String file) throws Exception {
    Optional<Path> folder = Corpora.folder("rofs-app-lines");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    List<JsonNode> rows = new ArrayList<>();
    for (String row : Files.readAllLines(folder.orElseThrow().resolve(file))) {
      if (!row.isBlank()) {
        rows.add(JSON.readTree(row));
      }
    }
    return rows;
  }
}
