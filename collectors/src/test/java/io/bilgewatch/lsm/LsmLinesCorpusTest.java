package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.testing.Corpora;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Lines of the security modules from other people's logs: each field that they expect, and no
 * other.
 */
class LsmLinesCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyLineReadsAsItsSourceSays() throws Exception {
    Optional<Path> folder = Corpora.folder("lsm-lines");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    try (Stream<Path> files = Files.list(folder.orElseThrow())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        for (String row : Files.readAllLines(file)) {
          JsonNode node = JSON.readTree(row);
          check(node.get("line").asText(), node.get("expect")).ifPresent(wrong::add);
          rows++;
        }
      }
    }
    assertEquals(List.of(), wrong, wrong.size() + " of " + rows);
    assertTrue(rows > 50, "only " + rows);
  }

  private static Optional<String> check(String line, JsonNode expect) {
    String bytes = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    Optional<LoggedLine> logged = LoggedLine.read(bytes);
    Optional<LsmRecord> record = logged.flatMap(LoggedLine::record);
    Map<String, String> wanted = new TreeMap<>();
    expect.properties().forEach(field -> wanted.put(field.getKey(), text(field.getValue())));
    wanted.remove("form");
    Map<String, String> read = record.map(LsmLinesCorpusTest::read).orElseGet(TreeMap::new);
    // Before 2.6.39 or so the kernel wrote inode numbers with a sign.
    wanted.computeIfPresent(
        "ino", (_, ino) -> ino.startsWith("-") ? Long.toUnsignedString(Long.parseLong(ino)) : ino);
    if (cutAtTheBlank(expect, wanted.get("comm"), read.get("comm"))) {
      wanted.put("comm", read.get("comm"));
    }
    if (wanted.getOrDefault("audit_id", "0.000:0").matches("\\d+\\.\\d{1,2}:\\d+")) {
      // Known to be wrong: the kernel always writes three digits of milliseconds.
      wanted.remove("audit_id");
    }
    if (!expect.has("uid")) {
      read.remove("uid");
    }
    boolean right = read.equals(wanted);
    return right ? Optional.empty() : Optional.of("\n" + line + "\n  " + wanted + "\n  " + read);
  }

  /**
   * Known to be wrong: {@code ausearch -i} writes without quotes, and these rows expect a command's
   * name such as "rs:main Q:Reg" to end at its blank (but not a path such as "/x (deleted)").
   */
  private static boolean cutAtTheBlank(JsonNode expect, String wanted, String read) {
    return expect.path("form").asText().equals("ausearch-i")
        && read != null
        && read.startsWith(wanted + " ");
  }

  private static String text(JsonNode value) {
    if (value.isArray()) {
      List<String> words = new ArrayList<>();
      value.forEach(word -> words.add(word.asText()));
      return String.join(" ", words);
    }
    return value.asText();
  }

  /** Under the names of the corpus. */
  private static Map<String, String> read(LsmRecord record) {
    Fields fields = new Fields();
    if (!record.id().equals(AuditId.NONE)) {
      fields.put("audit_id", record.id().toString());
    }
    switch (record) {
      case AppArmorRecord apparmor -> apparmor(fields, apparmor);
      case SelinuxRecord selinux -> selinux(fields, selinux);
      case SeccompRecord seccomp -> seccomp(fields, seccomp);
      case LandlockAccess access -> landlock(fields, access);
      case LandlockDomain domain -> landlock(fields, domain);
    }
    return fields.all;
  }

  private static void apparmor(Fields fields, AppArmorRecord record) {
    fields.put("lsm", Lsm.APPARMOR.label());
    fields.put("verdict", record.verdict().name());
    fields.put("operation", record.operation());
    fields.put("class", record.mediationClass());
    fields.put("profile", record.profile());
    fields.put("namespace", record.namespace());
    fields.put("name", record.name());
    fields.put("target", record.target());
    fields.put("srcname", record.sourceName());
    fields.put("peer", record.peer());
    fields.put("requested", record.requested());
    fields.put("denied", record.denied());
    fields.put("signal", record.signal());
    fields.put("capname", record.capability());
    fields.put("info", record.info());
    fields.put("error", record.error());
    fields.put("fstype", record.fileSystemType());
    fields.put("flags", record.mountFlags());
    fields.put("family", record.socketFamily());
    fields.put("pid", record.pid());
    fields.put("comm", record.comm());
  }

  private static void selinux(Fields fields, SelinuxRecord record) {
    fields.put("lsm", Lsm.SELINUX.label());
    fields.put("verdict", record.granted() ? "granted" : "denied");
    fields.put("perms", String.join(" ", record.permissions()));
    fields.put("pid", record.pid());
    fields.put("comm", record.comm());
    fields.put("path", record.path());
    fields.put("name", record.name());
    fields.put("dev", record.device());
    fields.put("ino", record.inode());
    fields.put("scontext", record.sourceContext());
    fields.put("tcontext", record.targetContext());
    fields.put("tclass", record.targetClass());
    fields.put("permissive", record.permissive());
    fields.put("capability", record.capability());
  }

  private static void seccomp(Fields fields, SeccompRecord record) {
    fields.put("lsm", Lsm.SECCOMP.label());
    fields.put("pid", record.pid());
    fields.put("uid", record.uid());
    fields.put("comm", record.comm());
    fields.put("exe", record.executable());
    fields.put("sig", record.signal());
    record.architecture().ifPresent(arch -> fields.put("arch", Long.toHexString(arch)));
    fields.put("syscall", String.valueOf(record.syscallNumber()));
    fields.put("compat", record.compat());
    fields.put("code", record.fields().text("code"));
    fields.put("action", record.action().map(Enum::name));
    fields.put("subj", record.subject());
  }

  private static void landlock(Fields fields, LandlockAccess record) {
    fields.put("lsm", Lsm.LANDLOCK.label());
    fields.put("record", "access");
    fields.put("domain", record.domain());
    fields.put("blockers", String.join(" ", record.blockers()));
    fields.put("path", record.path());
    fields.put("dev", record.device());
    fields.put("ino", record.inode());
    fields.put("opid", record.objectPid());
    fields.put("ocomm", record.objectComm());
    fields.put("daddr", record.destinationAddress());
    fields.put("dest", record.destinationPort());
  }

  private static void landlock(Fields fields, LandlockDomain record) {
    fields.put("lsm", Lsm.LANDLOCK.label());
    fields.put("record", "domain");
    fields.put("domain", record.domain());
    fields.put("status", record.status());
    fields.put("mode", record.mode());
    fields.put("pid", record.pid());
    fields.put("uid", record.uid());
    fields.put("exe", record.executable());
    fields.put("comm", record.comm());
    fields.put("denials", record.denials());
  }

  private static final class Fields {
    final Map<String, String> all = new TreeMap<>();

    void put(String key, String value) {
      all.put(key, value);
    }

    void put(String key, Optional<String> value) {
      value.ifPresent(present -> all.put(key, present));
    }

    void put(String key, OptionalInt value) {
      value.ifPresent(present -> all.put(key, String.valueOf(present)));
    }

    void put(String key, OptionalLong value) {
      value.ifPresent(present -> all.put(key, Long.toUnsignedString(present)));
    }
  }
}
