package io.bilgewatch.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bilgewatch.kernellog.AuditId;
import io.bilgewatch.testing.Corpora;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** libapparmor's own suite: a log line and what its parser reads from it. */
class AppArmorCorpusTest {
  /** libapparmor translates the number, by its header's names. */
  private static final Map<String, String> PROTOCOLS =
      Map.of("0", "ip", "1", "icmp", "6", "tcp", "17", "udp", "58", "ipv6-icmp", "132", "sctp");

  /** Names of libapparmor, and the keys of which the first that is there is meant. */
  private static final Map<String, List<String>> KEYS =
      Map.ofEntries(
          Map.entry("Operation", List.of("operation")),
          Map.entry("Mask", List.of("requested_mask", "requested")),
          Map.entry("Denied Mask", List.of("denied_mask", "denied", "mask")),
          Map.entry("fsuid", List.of("fsuid")),
          Map.entry("ouid", List.of("ouid")),
          Map.entry("Profile", List.of("profile", "label")),
          Map.entry("Peer profile", List.of("peer_profile", "peer_label", "tcontext")),
          Map.entry("Peer", List.of("peer")),
          Map.entry("Name", List.of("name", "capname")),
          Map.entry("Name2", List.of("name2", "target")),
          Map.entry("Command", List.of("comm", "exe")),
          Map.entry("Namespace", List.of("namespace")),
          Map.entry("Attribute", List.of("attribute")),
          Map.entry("Task", List.of("task")),
          Map.entry("Parent", List.of("parent")),
          Map.entry("Token", List.of("magic_token")),
          Map.entry("Info", List.of("info")),
          Map.entry("ErrorCode", List.of("error")),
          Map.entry("PID", List.of("pid")),
          Map.entry("Peer PID", List.of("peer_pid")),
          Map.entry("Network family", List.of("family")),
          Map.entry("Socket type", List.of("sock_type")),
          Map.entry("Protocol", List.of("protocol")),
          Map.entry("Local addr", List.of("laddr", "saddr")),
          Map.entry("Foreign addr", List.of("faddr", "daddr")),
          Map.entry("Local port", List.of("lport", "src")),
          Map.entry("Foreign port", List.of("fport", "dest")),
          Map.entry("Net Addr", List.of("addr")),
          Map.entry("Peer Addr", List.of("peer_addr")),
          Map.entry("Signal", List.of("signal")),
          Map.entry("Class", List.of("class")),
          Map.entry("FS Type", List.of("fstype")),
          Map.entry("Flags", List.of("flags")),
          Map.entry("Src name", List.of("srcname")),
          Map.entry("DBus bus", List.of("bus")),
          Map.entry("DBus path", List.of("path")),
          Map.entry("DBus interface", List.of("interface")),
          Map.entry("DBus member", List.of("member")),
          Map.entry("Net Protocol", List.of("protocol")));

  /** Not of the record, or of its id. */
  private static final Set<String> NO_FIELDS =
      Set.of("START", "File", "Event type", "Epoch", "Audit subid", "Audit ID");

  @Test
  void everyCaseReadsAsLibapparmorReadsIt() throws Exception {
    Optional<Path> folder = Corpora.folder("apparmor-testsuite");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    List<String> wrong = new ArrayList<>();
    int cases = 0;
    try (Stream<Path> files = Files.list(folder.orElseThrow())) {
      for (Path in : files.filter(path -> path.toString().endsWith(".in")).sorted().toList()) {
        Path out = in.resolveSibling(in.getFileName().toString().replace(".in", ".out"));
        String line = Files.readString(in, StandardCharsets.ISO_8859_1).strip();
        check(line, expectation(out)).ifPresent(error -> wrong.add("\n" + in + ": " + error));
        cases++;
      }
    }
    assertEquals(List.of(), wrong, wrong.size() + " of " + cases);
    assertTrue(cases > 50, "only " + cases);
  }

  private static Map<String, String> expectation(Path out) throws Exception {
    Map<String, String> fields = new TreeMap<>();
    for (String line : Files.readAllLines(out, StandardCharsets.ISO_8859_1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  private static Optional<String> check(String line, Map<String, String> expect) {
    Optional<LsmRecord> read = LoggedLine.read(line).flatMap(LoggedLine::record);
    String type = expect.get("Event type").replace("AA_RECORD_", "");
    if (type.equals("INVALID") && !gaveUpHalfway(expect)) {
      return read.map(record -> "not refused: " + record);
    }
    if (!(read.orElse(null) instanceof AppArmorRecord record)) {
      return Optional.of("refused");
    }
    if (!type.equals("INVALID") && !record.verdict().name().equals(type)) {
      return Optional.of("verdict " + record.verdict());
    }
    AuditId id = record.id();
    if (!id.toString().equals(expect.get("Audit ID"))
        || !String.valueOf(id.seconds()).equals(expect.get("Epoch"))
        || !String.valueOf(id.serial()).equals(expect.get("Audit subid"))) {
      return Optional.of("id " + id);
    }
    return differences(record, expect);
  }

  /**
   * Known to be wrong for us: a real denial whose one optional field is garbage (a kernel's bug),
   * for which libapparmor refuses the whole line. What it read before that has to agree.
   */
  private static boolean gaveUpHalfway(Map<String, String> expect) {
    return expect.containsKey("Operation")
        && expect.containsKey("Profile")
        && expect.containsKey("PID");
  }

  private static Optional<String> differences(AppArmorRecord record, Map<String, String> expect) {
    List<String> wrong = new ArrayList<>();
    expect.forEach((name, wanted) -> {
      if (!NO_FIELDS.contains(name)) {
        String read = read(record, name);
        if (!wanted.equals(read)) {
          wrong.add(name + ": " + wanted + ", read " + read);
        }
      }
    });
    return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
  }

  private static String read(AppArmorRecord record, String name) {
    String value =
        KEYS.getOrDefault(name, List.of()).stream()
            .map(key -> record.fields().raw().get(key))
            .filter(found -> found != null)
            .findFirst()
            .orElse(null);
    return switch (name) {
      case "Protocol" -> protocol(value);
      case "ErrorCode" -> value == null ? null : value.replace("-", "");
      default -> value;
    };
  }

  private static String protocol(String value) {
    boolean number = value != null && value.chars().allMatch(Character::isDigit);
    return number ? PROTOCOLS.getOrDefault(value, "unknown(" + value + ")") : value;
  }
}
