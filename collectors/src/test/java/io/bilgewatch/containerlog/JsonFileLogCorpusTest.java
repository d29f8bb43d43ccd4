package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.docker.LogFile;
import io.bilgewatch.testing.Corpora;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Log files that engines of other people wrote. */
class JsonFileLogCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyRowReadsAsJacksonReadsIt() throws IOException {
    int rows = 0;
    LogRow row = new LogRow();
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      int at = 0;
      while (at < bytes.length) {
        int behind = new JsonFileLine().decode(bytes, at, bytes.length, row);
        assertTrue(behind > at && row.valid, file + " at " + at);
        JsonNode oracle = JSON.readTree(new ByteArrayInputStream(bytes, at, behind - at));
        String text = new String(row.text, 0, row.length, UTF_8);
        assertEquals(oracle.get("log").asText(), row.partial ? text : text + "\n");
        assertEquals("stderr".equals(oracle.get("stream").asText()), row.standardError);
        assertEquals(Optional.of(Instant.parse(oracle.get("time").asText())), row.time());
        at = behind;
        rows++;
      }
    }
    assertTrue(rows >= 10, "only " + rows);
  }

  /** The same result as for the bare lines, through rows, pieces and all. */
  @Test
  void failuresAreFoundThroughTheDriversRows() throws IOException {
    WriteFailureRules rules = WriteFailureRules.shipped();
    List<Optional<WriteFailure>> bare = new ArrayList<>();
    List<Optional<WriteFailure>> found = new ArrayList<>();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    for (String row : Files.readAllLines(folder("rofs-app-lines").resolve("failures.jsonl"))) {
      String line = JSON.readTree(row).get("line").asText();
      bare.add(rules.match(line));
      int half = line.length() / 2;
      log.writeBytes(LogFiles.json(line.substring(0, half), "stderr"));
      log.writeBytes(LogFiles.json(line.substring(half) + "\n", "stderr"));
    }
    try (LogBuffers buffers = new LogBuffers()) {
      new RowReader(LogFile.Format.JSON_LINES)
          .read(
              buffers,
              new ByteArrayInputStream(log.toByteArray()),
              log.size(),
              true,
              (text, length, time) -> found.add(rules.match(text, 0, length)));
    }
    assertEquals(bare, found);
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder("json-file-logs"))) {
      return files.filter(file -> file.toString().endsWith(".log")).toList();
    }
  }

  private static Path folder(String name) {
    Optional<Path> folder = Corpora.folder(name);
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    return folder.orElseThrow();
  }
}
