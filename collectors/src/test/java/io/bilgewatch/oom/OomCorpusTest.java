package io.bilgewatch.oom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.cgroup.ContainerCgroup;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Limit;
import io.bilgewatch.testing.Corpora;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Accounts of the OOM killer from mailing lists, issues and other projects' tests. */
class OomCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What syslog, journald and dmesg put before the kernel's text. */
  private static final List<Pattern> PREFIXES =
      List.of(
          Pattern.compile("(?:> ?)+"),
          Pattern.compile(".{0,100}?\\bkernel(?:\\[\\d+\\])?: ?"),
          Pattern.compile("<\\d+>"),
          Pattern.compile("\\[ *\\d+\\.\\d+\\] ?"),
          Pattern.compile("\\[ *[TC]\\d+\\] ?"),
          Pattern.compile("\\[\\w{3} \\w{3} [ \\d]\\d [\\d:.]+ (?:\\d{4}|\\w+)\\] ?"),
          Pattern.compile("\\[?\\d{4}-\\d\\d-\\d\\d[T ][\\d:,.]+(?:Z|[+-][\\d:]+)?\\]? ?"),
          Pattern.compile("\\d+,\\d+,\\d+,[-c+](?:,[^;]*)?;"),
          Pattern.compile("\\s+"));

  @TestFactory
  Stream<DynamicTest> everyLineReadsAsItsSourceSays() throws Exception {
    return rows("lines.jsonl")
        .map(row -> DynamicTest.dynamicTest(row.get("line").asText(), () -> checkLine(row)));
  }

  @TestFactory
  Stream<DynamicTest> everyDumpReadsAsItsSourceSays() throws Exception {
    return rows("dumps.jsonl")
        .map(row -> DynamicTest.dynamicTest(row.get("source").asText(), () -> checkDump(row)));
  }

  private static void checkLine(JsonNode row) {
    String text = bare(row.get("line").asText());
    OomLine line = OomLines.read(text).orElseThrow(() -> new AssertionError("unread: " + text));
    check(row.get("expect"), facts(line));
  }

  private static void checkDump(JsonNode row) {
    OomAssembler assembler = new OomAssembler();
    Map<String, Object> facts = new TreeMap<>();
    List<OomKill> kills = new ArrayList<>();
    int time = 0;
    for (JsonNode line : row.get("dump")) {
      String text = bare(line.asText());
      OomLines.read(text)
          .filter(found -> !(found instanceof OomLine.Reaped))
          .ifPresent(found -> facts.putAll(facts(found)));
      kills.addAll(assembler.offer(Duration.ofMillis(++time), text));
    }
    kills.addAll(assembler.expire(Duration.ofMinutes(1)));
    JsonNode expect = row.get("expect");
    int pid = expect.path("victim_pid").asInt(kills.getLast().victim().pid());
    List<OomKill> told = kills.stream().filter(kill -> kill.victim().pid() == pid).toList();
    assertEquals(1, told.size(), kills::toString);
    // The kill has the last word where both it and one of its lines know something.
    facts.remove("container_id");
    facts.putAll(facts(told.getFirst()));
    check(expect, facts);
  }

  private static void check(JsonNode expect, Map<String, Object> facts) {
    expect
        .properties()
        .forEach(field -> {
          JsonNode wanted = field.getValue();
          Object fact = facts.get(field.getKey());
          assertNotNull(fact, field.getKey() + " in " + facts);
          assertEquals(wanted.asText(), fact.toString(), field.getKey());
        });
    assertEquals(expect.has("container_id"), facts.containsKey("container_id"), facts::toString);
  }

  /** By the names of the corpus. */
  private static Map<String, Object> facts(OomLine line) {
    Map<String, Object> facts = new TreeMap<>();
    switch (line) {
      case OomLine.Invoked(String comm) -> {
        facts.put("kind", "invoked");
        facts.put("trigger_comm", shown(comm));
      }
      case OomLine.Cpuset(String comm, String cpuset, String mems) -> {
        facts.put("kind", "cpuset");
        facts.put("trigger_comm", shown(comm));
        facts.put("cpuset", shown(cpuset));
        facts.put("mems_allowed", mems);
        container("/" + cpuset).ifPresent(id -> facts.put("container_id", id));
      }
      case OomLine.TaskIn(Optional<String> task, Optional<String> limit) -> {
        facts.put("kind", "task_in");
        task.ifPresent(path -> facts.put("task_memcg", shown(path)));
        limit.ifPresent(path -> facts.put("oom_memcg", shown(path)));
        task.flatMap(OomCorpusTest::container).ifPresent(id -> facts.put("container_id", id));
      }
      case OomLine.Usage usage -> {
        facts.put("kind", "usage");
        if (usage.charge() == OomLine.Charge.MEMORY) {
          facts.put("usage_kb", usage.usageKilobytes());
          facts.put("limit_kb", usage.limitKilobytes());
        }
      }
      case OomLine.Summary summary -> facts.putAll(summaryFacts(summary));
      case OomLine.Chosen chosen -> {
        facts.put("kind", "kill");
        facts.put("chosen_pid", chosen.pid());
        facts.put("chosen_comm", shown(chosen.comm()));
        facts.put("score", chosen.score());
        facts.putAll(scope(chosen.scope()));
      }
      case OomLine.Killed killed -> {
        facts.put("kind", "killed");
        facts.putAll(facts(Victim.of(killed, killed.uid())));
        facts.putAll(scope(killed.scope()));
      }
      case OomLine.Reaped reaped -> {
        facts.put("kind", "oom_reaper");
        facts.put("victim_pid", reaped.pid());
        facts.put("victim_comm", shown(reaped.comm()));
        reaped.anonRssKilobytes().ifPresent(kb -> facts.put("anon_rss_kb", kb));
        reaped.fileRssKilobytes().ifPresent(kb -> facts.put("file_rss_kb", kb));
        reaped.shmemRssKilobytes().ifPresent(kb -> facts.put("shmem_rss_kb", kb));
      }
      case OomLine.StatsOf _,
          OomLine.Stats _,
          OomLine.StatsOfOne _,
          OomLine.TableHeading _,
          OomLine.TableRow _,
          OomLine.AlreadyExiting _,
          OomLine.Group _ -> {}
    }
    return facts;
  }

  private static Map<String, Object> summaryFacts(OomLine.Summary summary) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("kind", "oom-kill");
    facts.put("constraint", summary.constraint());
    summary.oomMemcg().ifPresent(path -> facts.put("oom_memcg", shown(path)));
    summary.taskMemcg().ifPresent(path -> facts.put("task_memcg", shown(path)));
    if (summary.scope() == OomScope.HOST) {
      facts.put("global_oom", true);
    }
    OomLine.Task task = summary.task().orElseThrow();
    facts.put("task", shown(task.comm()));
    facts.put("task_pid", task.pid());
    facts.put("task_uid", task.uid());
    summary
        .taskMemcg()
        .flatMap(OomCorpusTest::container)
        .or(() -> summary.oomMemcg().flatMap(OomCorpusTest::container))
        .ifPresent(id -> facts.put("container_id", id));
    return facts;
  }

  private static Map<String, Object> facts(OomKill kill) {
    Map<String, Object> facts = new TreeMap<>(facts(kill.victim()));
    facts.putAll(scope(kill.scope()));
    kill.trigger().ifPresent(comm -> facts.put("trigger_comm", comm));
    kill.constraint().ifPresent(name -> facts.put("constraint", name));
    kill.oomMemcg().ifPresent(path -> facts.put("oom_memcg", path));
    kill.taskMemcg().ifPresent(path -> facts.put("task_memcg", path));
    kill.containerId().ifPresent(id -> facts.put("container_id", id));
    kill.usageBytes().ifPresent(bytes -> facts.put("usage_kb", bytes / 1024));
    if (kill.limit().orElse(null) instanceof Limit.Bytes(long bytes)) {
      facts.put("limit_kb", bytes / 1024);
    }
    return facts;
  }

  private static Map<String, Object> facts(Victim victim) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("victim_pid", victim.pid());
    facts.put("victim_comm", victim.comm());
    victim.uid().ifPresent(uid -> facts.put("victim_uid", uid));
    victim.totalVmBytes().ifPresent(bytes -> facts.put("total_vm_kb", bytes / 1024));
    victim.anonRssBytes().ifPresent(bytes -> facts.put("anon_rss_kb", bytes / 1024));
    victim.fileRssBytes().ifPresent(bytes -> facts.put("file_rss_kb", bytes / 1024));
    victim.shmemRssBytes().ifPresent(bytes -> facts.put("shmem_rss_kb", bytes / 1024));
    victim.pageTablesBytes().ifPresent(bytes -> facts.put("pgtables_kb", bytes / 1024));
    victim.oomScoreAdj().ifPresent(score -> facts.put("oom_score_adj", score));
    return facts;
  }

  private static Map<String, Object> scope(OomScope scope) {
    return switch (scope) {
      case CGROUP -> Map.of("memcg_oom", true);
      case HOST -> Map.of("memcg_oom", false, "global_oom", true);
      case UNKNOWN -> Map.of();
    };
  }

  private static Optional<String> container(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
    return ContainerCgroup.of(KernelPath.of(bytes)).containerId();
  }

  private static String shown(String raw) {
    return Display.of(raw);
  }

  private static String bare(String line) {
    String text = bytesAsChars(line);
    for (boolean found = true; found; ) {
      found = false;
      for (Pattern prefix : PREFIXES) {
        var matcher = prefix.matcher(text);
        if (matcher.lookingAt() && matcher.end() > 0) {
          text = text.substring(matcher.end());
          found = true;
        }
      }
    }
    return text;
  }

  private static String bytesAsChars(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static Stream<JsonNode> rows(String name) throws Exception {
    Optional<Path> folder = Corpora.folder("oom");
    assumeTrue(folder.isPresent(), "the corpora are not beside the checkout");
    List<JsonNode> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.get())) {
      String stem = name.substring(0, name.indexOf('.'));
      for (Path file : files.filter(path -> isOf(path, stem)).toList()) {
        for (String row : Files.readAllLines(file)) {
          rows.add(JSON.readTree(row));
        }
      }
    }
    assertTrue(rows.size() > 5, "only " + rows.size());
    return rows.stream();
  }

  private static boolean isOf(Path path, String stem) {
    String name = path.getFileName().toString();
    return name.contains(stem) && name.endsWith(".jsonl");
  }
}
