package io.bilgewatch.kernellog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.testing.Corpora;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Streams of {@code /dev/kmsg} and of dmesg that other projects test with. */
class KmsgCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern RECORD =
      Pattern.compile("(?s)(\\d+),(\\d+),(\\d+),([^;]*);([^\\n]*)(?:\\n.*)?");

  /** What syslog(2) gives: {@code <5>[ 1.000000] [ T1] text}. */
  private static final Pattern SYSLOG =
      Pattern.compile("<(\\d+)>\\[ *(\\d+)\\.(\\d{6})\\](?: ?\\[ *([TC]\\d+)\\])? ?(.*)");

  @Test
  void everyRecordReadsAsItStands() throws Exception {
    int records = 0;
    for (Path file : files()) {
      for (String raw : split(file)) {
        Matcher match = RECORD.matcher(raw);
        if (match.matches()) {
          check(match, parse(raw), raw);
          records++;
        }
      }
    }
    assertTrue(records > 2, "only " + records);
  }

  private static void check(Matcher match, KmsgRecord record, String raw) {
    int prefix = Integer.parseInt(match.group(1));
    assertEquals(prefix % 8, record.level(), raw);
    assertEquals(prefix / 8, record.facility(), raw);
    assertEquals(Long.parseLong(match.group(2)), record.sequence(), raw);
    assertEquals(micros(match.group(3)), record.sinceBoot(), raw);
    if (!raw.contains("\\x")) {
      assertEquals(match.group(5), record.text(), raw);
    }
    Matcher caller = Pattern.compile("caller=([TC]\\d+)").matcher(match.group(4));
    if (caller.find()) {
      assertEquals(caller.group(1), record.dictionary().get("caller"), raw);
    }
  }

  /** The same lines as dmesg prints them, where upstream says how. */
  @Test
  void recordsAreWhatDmesgMakesOfThem() throws Exception {
    int records = 0;
    for (Path file : files()) {
      Optional<Path> json = expectedJson(file);
      if (json.isPresent()) {
        List<KmsgRecord> read = read(file);
        JsonNode expected = JSON.readTree(Files.readString(json.get())).get("dmesg");
        assertEquals(expected.size(), read.size(), file.toString());
        for (int i = 0; i < read.size(); i++) {
          check(expected.get(i), read.get(i), file + " " + i);
          records++;
        }
      }
    }
    assertTrue(records > 20, "only " + records);
  }

  private static void check(JsonNode expected, KmsgRecord record, String where) {
    assertEquals(expected.get("pri").asInt(), record.facility() << 3 | record.level(), where);
    assertEquals(expected.get("time").asDouble(), record.sinceBoot().toNanos() / 1e9, 1e-6, where);
    assertEquals(expected.get("msg").asText(), record.text(), where);
    if (expected.has("caller")) {
      assertEquals(expected.get("caller").asText(), record.dictionary().get("caller"), where);
    }
  }

  /** The records of a file, those of syslog(2) in the form of the device. */
  private static List<KmsgRecord> read(Path file) throws Exception {
    List<KmsgRecord> records = new ArrayList<>();
    for (String raw : split(file)) {
      Matcher syslog = SYSLOG.matcher(raw);
      if (syslog.matches()) {
        String caller = syslog.group(4) == null ? "" : ",caller=" + syslog.group(4);
        String micros =
            Long.parseLong(syslog.group(2)) * 1_000_000 + Long.parseLong(syslog.group(3)) + "";
        String text = syslog.group(5).replace("\\", "\\x5c");
        records.add(
            parse(
                syslog.group(1)
                    + ","
                    + records.size()
                    + ","
                    + micros
                    + ",-"
                    + caller
                    + ";"
                    + text));
      } else if (RECORD.matcher(raw).matches()) {
        records.add(parse(raw));
      }
    }
    return records;
  }

  /** Vectors of go-kmsg-parser's own test. */
  @Test
  void vectorsReadAsTheirSourceSays() throws Exception {
    for (Path file : list("expect.json")) {
      JsonNode vectors = JSON.readTree(Files.readString(file)).path("parse");
      for (Map.Entry<String, JsonNode> vector : vectors.properties()) {
        KmsgRecord record = parse(vector.getKey());
        JsonNode expect = vector.getValue();
        assertEquals(expect.get("priority").asInt(), record.level(), vector.getKey());
        assertEquals(expect.get("seq").asLong(), record.sequence(), vector.getKey());
        assertEquals(
            micros(expect.get("timestamp_us").asText()), record.sinceBoot(), vector.getKey());
        assertEquals(expect.get("message").asText(), record.text(), vector.getKey());
      }
    }
  }

  private static Duration micros(String micros) {
    return Duration.ofNanos(Long.parseLong(micros) * 1000);
  }

  private static KmsgRecord parse(String raw) throws Exception {
    byte[] bytes = raw.getBytes(ISO_8859_1);
    return KmsgRecord.parse(bytes, 0, bytes.length);
  }

  /** util-linux parts records by NUL, the others by lines. */
  private static List<String> split(Path file) throws Exception {
    String text = Files.readString(file, ISO_8859_1);
    String parting = text.indexOf('\0') >= 0 ? "\0" : "\n(?! )";
    return Stream.of(text.split(parting, -1)).filter(part -> !part.isBlank()).toList();
  }

  private static Optional<Path> expectedJson(Path file) throws Exception {
    try (Stream<Path> beside = Files.list(file.resolveSibling("."))) {
      return beside
          .filter(path -> path.getFileName().toString().matches("expected-.*json"))
          .findFirst();
    }
  }

  private static List<Path> files() throws Exception {
    return list("").stream()
        .filter(file -> file.getFileName().toString().matches(".*(input|kmsg|newlines)"))
        .toList();
  }

  private static List<Path> list(String ending) throws Exception {
    Optional<Path> folder = Corpora.folder("dmesg-kmsg");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    try (Stream<Path> files = Files.walk(folder.orElseThrow())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .toList();
    }
  }
}
