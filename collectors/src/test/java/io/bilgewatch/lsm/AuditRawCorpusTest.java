package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.kernellog.AuditFields;
import io.bilgewatch.kernellog.AuditRecord;
import io.bilgewatch.kernellog.AuditTypes;
import io.bilgewatch.testing.Corpora;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whole audit logs of other projects, most of which is nothing that a security module wrote. */
class AuditRawCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What {@code type=} stands in, found in another way than the readers do. */
  private static final Pattern LOGGED =
      Pattern.compile(
          "^(?:node=\\S+ )?type=(\\S+) msg=audit\\((\\d+)\\.(\\d{3}):(\\d+)\\): ?(.*)$");

  private static final Pattern PID = Pattern.compile("[ ]pid=(\\d+)");
  private static final Pattern COMM = Pattern.compile(" comm=\"([^\"]*)\"");

  @Test
  void everyLineIsARecordAndOnlyTheSecurityModulesMakeFindings() throws Exception {
    int records = 0;
    int findings = 0;
    for (Path file : files()) {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        Matcher match = LOGGED.matcher(line.strip());
        if (match.matches()) {
          records++;
          findings += check(match, line.strip());
        }
      }
    }
    assertTrue(records > 100, "only " + records);
    assertTrue(findings > 20, "only " + findings);
  }

  private static int check(Matcher match, String line) throws Exception {
    AuditRecord record = AuditRecord.ofLogLine(line).orElseThrow();
    assertEquals(Long.parseLong(match.group(2)), record.id().seconds(), line);
    assertEquals(Integer.parseInt(match.group(3)), record.id().millis(), line);
    assertEquals(Long.parseLong(match.group(4)), record.id().serial(), line);
    assertEquals(match.group(5), record.body(), line);
    String netlink = line.substring(line.indexOf("audit("));
    assertEquals(record, AuditRecord.ofNetlink(record.type(), netlink), line);

    List<LsmFinding> findings = findings(record);
    boolean avc = match.group(1).equals("AVC");
    String body = match.group(5);
    boolean wanted =
        (avc && (body.contains("apparmor=\"DENIED\"") || body.contains("apparmor=\"ALLOWED\"")))
            || (avc && body.matches("avc: +denied .*"))
            || match.group(1).equals("SECCOMP");
    assertEquals(wanted ? 1 : 0, findings.size(), line);
    for (LsmFinding finding : findings) {
      boolean harmless =
          body.contains("\"ALLOWED\"")
              || body.contains("permissive=1")
              || body.contains("code=0x7ffc0000");
      assertEquals(!harmless, finding.blocked(), line);
      check(finding, body, line);
    }
    return findings.size();
  }

  private static void check(LsmFinding finding, String body, String line) {
    Matcher pid = PID.matcher(body);
    if (pid.find()) {
      assertEquals(Integer.parseInt(pid.group(1)), finding.pid().orElseThrow(), line);
    }
    Matcher comm = COMM.matcher(body);
    if (comm.find()) {
      assertEquals(Optional.of(comm.group(1)), finding.comm(), line);
    }
  }

  /** With what ends an event behind it, so that nothing waits. */
  private static List<LsmFinding> findings(AuditRecord record) {
    LsmJoin join = new LsmJoin();
    List<LsmFinding> findings = new ArrayList<>(join.offer(record, 0));
    findings.addAll(join.offer(new AuditRecord(AuditTypes.END_OF_EVENT, record.id(), ""), 0));
    return findings;
  }

  /** The records as go-libaudit's own parser reads them. */
  @Test
  void recordsReadAsTheirGoldenFilesSay() throws Exception {
    int records = 0;
    for (Path golden : list(".golden")) {
      for (JsonNode node : JSON.readTree(Files.readString(golden))) {
        if (node.has("raw_msg")) {
          golden(node);
          records++;
        }
      }
    }
    assertTrue(records > 5, "only " + records);
  }

  private static void golden(JsonNode node) throws Exception {
    String raw = node.get("raw_msg").asText();
    String name = node.get("record_type").asText().toUpperCase(Locale.ROOT);
    AuditRecord record = AuditRecord.ofLogLine("type=" + name + " msg=" + raw).orElseThrow();
    assertEquals(node.get("sequence").asLong(), record.id().serial(), raw);
    assertEquals(Instant.parse(node.get("@timestamp").asText()), record.id().instant(), raw);
    JsonNode data = node.get("data");
    if (LsmRecords.read(record).orElse(null) instanceof SelinuxRecord selinux) {
      assertEquals(data.get("seresult").asText(), selinux.granted() ? "granted" : "denied", raw);
      String permissions = String.join(",", selinux.permissions());
      assertEquals(data.get("seperms").asText(), permissions, raw);
      for (String key : List.of("comm", "dev", "ino", "name", "path", "pid", "scontext")) {
        Optional<String> wanted = Optional.ofNullable(data.get(key)).map(JsonNode::asText);
        assertEquals(wanted, selinux.fields().text(key), raw);
      }
    }
    // What go-libaudit does not translate.
    Map<String, String> fields = AuditFields.read(record.body()).raw();
    for (String key : List.of("a0", "a1", "a2", "a3", "comm", "exe", "items", "ppid", "inode")) {
      if (data.has(key) && !raw.contains("msg='")) {
        assertEquals(data.get(key).asText(), fields.get(key), raw);
      }
    }
  }

  /**
   * The fields of each record as audit's own library lists them, for the records of its test logs.
   */
  @Test
  void fieldsReadAsAuditsOwnLibraryListsThem() throws Exception {
    int compared = 0;
    for (Path reference : list(".ref")) {
      Map<String, AuditRecord> records = new HashMap<>();
      for (Path log : files()) {
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
          AuditRecord.ofLogLine(line.strip())
              .ifPresent(record -> records.put(record.type() + " " + record.id(), record));
        }
      }
      compared += compare(Files.readAllLines(reference, StandardCharsets.ISO_8859_1), records);
    }
    assumeTrue(!list(".ref").isEmpty(), "no reference output is there");
    assertTrue(compared > 20, "only " + compared);
  }

  private static final Pattern HEAD = Pattern.compile(" *record \\d+ of type (\\d+)\\(\\w+\\) .*");
  private static final Pattern TIME = Pattern.compile(" *event time: ([0-9.:]+), host=.*");
  private static final Pattern FIELD = Pattern.compile(" {8}([a-z0-9_-]+)=(\\S*)(?: \\(.*\\))?");

  private static int compare(List<String> lines, Map<String, AuditRecord> records) {
    String type = "";
    AuditFields fields = null;
    int compared = 0;
    for (String line : lines) {
      Matcher head = HEAD.matcher(line);
      Matcher time = TIME.matcher(line);
      Matcher field = FIELD.matcher(line);
      if (head.matches()) {
        type = head.group(1);
        fields = null;
      } else if (time.matches()) {
        AuditRecord record = records.get(type + " " + time.group(1));
        boolean plain = record != null && !record.body().contains("msg='");
        fields = plain ? AuditFields.read(record.body()) : null;
      } else if (fields != null && field.matches()) {
        String value = fields.raw().get(field.group(1));
        String wanted = field.group(2).replace("\"", "");
        if (value != null && !wanted.equals("(null)") && !repeated(field.group(1))) {
          assertEquals(wanted.isEmpty() ? value : wanted, encoded(wanted, value), line);
          compared++;
        }
      }
    }
    return compared;
  }

  /** LOGIN has old and new values of one key. */
  private static boolean repeated(String key) {
    return key.equals("auid") || key.equals("ses") || key.equals("type") || key.equals("op");
  }

  /** The library lists text in hexadecimal as it was. */
  private static String encoded(String wanted, String value) {
    StringBuilder hex = new StringBuilder();
    value.chars().forEach(c -> hex.append(String.format(Locale.ROOT, "%02X", c)));
    return wanted.contentEquals(hex) ? wanted : value;
  }

  private static List<Path> files() throws Exception {
    return list("").stream()
        .filter(file -> !file.toString().matches(".*(\\.golden|\\.ref|SOURCES\\.md)"))
        .toList();
  }

  private static List<Path> list(String ending) throws Exception {
    Optional<Path> folder = Corpora.folder("audit-raw");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    try (Stream<Path> files = Files.walk(folder.orElseThrow())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .toList();
    }
  }
}
