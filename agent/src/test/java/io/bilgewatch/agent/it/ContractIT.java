package io.bilgewatch.agent.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.engine.PrivateEngine;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Contracts, kept and broken in each way, told by the command and by the daemon. */
class ContractIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String CONTRACT =
      """
      contract: 1
      name: it
      applies-to: {label: {app: contract-it}}
      user: 101
      writable:
        - {path: /run, kind: tmpfs, size: 1MiB, options: [nosuid, nodev, noexec], why: PID file}
        - {path: /data/deep, kind: volume, why: uploads}
      never-writable: [/etc]
      """;

  private static final String SIZED = "--tmpfs=/run:size=1m,uid=101,noexec,nosuid,nodev";
  private static final String VOLUME = "--volume=contract-data:/data/deep";
  private static final String USER = "--user=101";

  /** Every way to start it, and what of the contract that breaks. */
  private static final Map<String, List<String>> STARTED =
      Map.of(
          "kept", List.of("--read-only", USER, SIZED, VOLUME),
          "unmounted", List.of("--read-only", USER, SIZED),
          "unbounded", List.of("--read-only", USER, "--tmpfs=/run:uid=101", VOLUME),
          "executable", List.of("--read-only", USER, SIZED.replace("noexec", "exec"), VOLUME),
          "writable", List.of(USER, SIZED, VOLUME),
          "root", List.of("--read-only", "--user=0", SIZED, VOLUME),
          "elsewhere", List.of(USER, SIZED, VOLUME),
          "larger", List.of("--read-only", USER, SIZED.replace("1m", "2m"), VOLUME));

  private static final Map<String, Set<String>> BROKEN =
      Map.of(
          "kept", Set.of(),
          "unmounted", Set.of("mount_missing /data/deep"),
          "unbounded", Set.of("tmpfs_unbounded /run"),
          "executable", Set.of("option_missing /run"),
          "writable", Set.of("root_writable"),
          "root", Set.of("root_user"),
          "elsewhere", Set.of("root_writable", "write_undeclared /tmp/elsewhere"),
          "larger", Set.of("tmpfs_larger /run"));

  @RegisterExtension static final PrivateEngine ENGINE = new PrivateEngine();

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(folder.resolve("it.yml"), CONTRACT);
    ENGINE.docker(
        "run", "--rm", "--network=none", VOLUME, ENGINE.image(), "chown", "101", "/data/deep");
    STARTED.forEach((name, options) -> {
      List<String> all = new ArrayList<>(options);
      all.add("--label=app=contract-it");
      String elsewhere = name.equals("elsewhere") ? "echo x >/tmp/elsewhere;" : "";
      ENGINE.run(name, all, "sh", "-c", elsewhere + "echo 1 >/run/pid; exec tail -f /dev/null");
    });
    Await.until(
        "it wrote elsewhere",
        Duration.ofSeconds(20),
        () -> ENGINE.docker("diff", "elsewhere").contains("/tmp/elsewhere"));
  }

  @Test
  void theCommandFindsEachBreakage() throws Exception {
    Shell.Output said = check("--contract=" + folder, "--output=json");
    assertEquals(1, said.status(), said::stderr);
    Map<String, Set<String>> found = new HashMap<>();
    for (JsonNode container : MAPPER.readTree(said.text()).get("containers")) {
      for (JsonNode contract : container.get("contracts")) {
        assertEquals(0, contract.get("notKnown").size(), contract::toString);
        found.put(container.get("name").asText(), rules(contract.get("violations")));
      }
    }
    assertEquals(new TreeMap<>(BROKEN), new TreeMap<>(found));
  }

  private static Set<String> rules(JsonNode violations) {
    Set<String> rules = new TreeSet<>();
    violations.forEach(
        one -> rules.add((one.get("rule").asText() + " " + one.path("path").asText()).strip()));
    return rules;
  }

  @Test
  void aTmpfsThatIsMountedTwiceIsKnownAtBothPaths() throws Exception {
    Path file = Files.createTempDirectory("twice").resolve("twice.yml");
    Files.writeString(
        file,
        """
        contract: 1
        name: twice
        applies-to: {container: twice}
        user: 101
        writable:
          - {path: /a, kind: tmpfs, size: 1MiB, why: sockets}
          - {path: /b, kind: tmpfs, size: 512KiB, why: sockets}
        """);
    ENGINE.docker(
        "volume", "create", "--opt=type=tmpfs", "--opt=device=tmpfs", "--opt=o=size=1m", "twice");
    ENGINE.run(
        "twice",
        List.of("--read-only", USER, "--volume=twice:/a", "--volume=twice:/b"),
        "tail",
        "-f",
        "/dev/null");
    Shell.Output said = check("--contract=" + file, "--container=twice", "--output=json");
    JsonNode contract =
        MAPPER.readTree(said.text()).get("containers").get(0).get("contracts").get(0);
    assertEquals(Set.of("tmpfs_larger /b"), rules(contract.get("violations")), said::text);
    assertEquals(0, contract.get("notKnown").size(), said::text);
    assertEquals(1, said.status(), said::stderr);
  }

  @Test
  void exitCodesSayHowItEnded() throws Exception {
    String file = "--contract=" + folder.resolve("it.yml");
    assertEquals(0, check(file, "--container=kept").status());
    Shell.Output broken = check(file, "--container=root");
    assertEquals(1, broken.status());
    assertTrue(broken.text().matches("(?s).*root_user +- +user: 101 +runs as 0.*"), broken::text);
    assertEquals(3, check(file, "--container=absent").status());
    Path wrong = Files.createTempDirectory("contracts").resolve("a.yml");
    Files.writeString(wrong, CONTRACT.replace("kind: volume", "kind: volum"));
    Shell.Output said = check("--contract=" + wrong.getParent());
    assertEquals(2, said.status());
    assertTrue(said.stderr().contains("a.yml:7:24: kind expects"), said::stderr);
    Files.writeString(wrong, CONTRACT.replace("contract-it", "nobody"));
    said = check("--contract=" + wrong);
    assertEquals(3, said.status(), "nothing was compared");
    assertTrue(said.text().contains("fits no container"), said::text);
  }

  @Test
  void whatInitWritesIsKept() throws Exception {
    Path written = Files.createTempDirectory("written");
    for (String name : List.of("kept", "elsewhere")) {
      Shell.Output init = run("contract", "init", name);
      assertEquals(0, init.status(), init::stderr);
      Files.writeString(written.resolve(name + ".yml"), init.text());
    }
    Shell.Output kept = check("--contract=" + written.resolve("kept.yml"), "--container=kept");
    assertEquals(0, kept.status(), kept::text);
    assertEquals(1, check("--contract=" + written, "--container=elsewhere").status());
    String elsewhere = Files.readString(written.resolve("elsewhere.yml"));
    assertTrue(elsewhere.contains("path: /tmp\n"), elsewhere);
  }

  @Test
  void theDaemonFindsEachBreakageAndItsEnd() throws Exception {
    Path watched = Files.createTempDirectory("watched");
    Files.writeString(watched.resolve("it.yml"), CONTRACT);
    try (TestAgent agent = watching(watched)) {
      agent.scrapeWhen("all that is broken, and no more", scrape -> BROKEN.equals(broken(scrape)));
      assertEquals(1, agent.scrape().value("bilgewatch_contract_info", "kept", "contract=\"it\""));
      agent.scrapeWhen(
          "its layer is read, so that it is known to be kept",
          scrape -> scrape.of("bilgewatch_contract_unknown", "kept").orElse(1) == 0);
      assertAlertsAndEvents(agent);

      Files.writeString(watched.resolve("it.yml"), CONTRACT.replace("user:", "usr:"));
      agent.scrapeWhen("the broken file is told", scrape -> isFailed(scrape));
      assertEquals(BROKEN, broken(agent.scrape()), "what was read before stands");

      Files.writeString(watched.resolve("it.yml"), CONTRACT.replace("1MiB", "4MiB"));
      Scrape last =
          agent.scrapeWhen(
              "it is larger no more", scrape -> broken(scrape).get("larger").isEmpty());
      assertTrue(!isFailed(last), "the file is well again");
      Await.until(
          "the end is told",
          Duration.ofSeconds(20),
          () ->
              Scrape.get(agent.uri("/api/v1/events?kind=contract&container=larger"))
                  .contains("no longer broken: tmpfs_larger at /run"));
    }
  }

  /** The image has no {@code /store}: what is declared is below a directory that is new as well. */
  @Test
  void aPartOfANewDirectoryIsAllowedAndTheRestIsNamed() throws Exception {
    Path watched = Files.createTempDirectory("layers");
    Files.writeString(
        watched.resolve("layers.yml"),
        """
        contract: 1
        name: layers
        applies-to: {label: {app: layers-it}}
        root: writable
        user: any
        writable:
          - {path: /store/cache, kind: layer, why: pages}
        never-writable: [/store/keys]
        """);
    Map<String, Set<String>> broken =
        Map.of(
            "within",
            Set.of(),
            "beside",
            Set.of("write_undeclared /store/other"),
            "secret",
            Set.of("write_undeclared /store/keys", "never_writable /store/keys"));
    String cache = "mkdir -p /store/cache/a; echo x >/store/cache/a/x;";
    wrote("within", cache);
    wrote("beside", cache + "mkdir /store/other; echo y >/store/other/y;");
    wrote("secret", cache + "mkdir /store/keys; echo z >/store/keys/z;");
    Map<String, Set<String>> found = new HashMap<>();
    Shell.Output said = check("--contract=" + watched, "--output=json");
    assertEquals(1, said.status(), said::stderr);
    for (JsonNode container : MAPPER.readTree(said.text()).get("containers")) {
      for (JsonNode contract : container.get("contracts")) {
        assertEquals(0, contract.get("notKnown").size(), contract::toString);
        found.put(container.get("name").asText(), rules(contract.get("violations")));
      }
    }
    assertEquals(new TreeMap<>(broken), new TreeMap<>(found));
    try (TestAgent agent = watching(watched)) {
      agent.scrapeWhen("the daemon too", scrape -> broken.equals(broken(scrape)));
      agent.scrapeWhen(
          "its layer is read",
          scrape -> scrape.of("bilgewatch_contract_unknown", "within").orElse(1) == 0);
      assertEquals(broken, broken(agent.scrape()));

      Path file = watched.resolve("layers.yml");
      Files.writeString(file, Files.readString(file).replace("/store/cache", "/store/other"));
      agent.scrapeWhen(
          "another part is declared, and the layer is read anew for that",
          scrape ->
              Set.of("write_undeclared /store/cache").equals(broken(scrape).get("within"))
                  && Set.of("write_undeclared /store/cache").equals(broken(scrape).get("beside")));
    }
  }

  private static void wrote(String name, String script) {
    ENGINE.run(
        name,
        List.of("--label=app=layers-it"),
        "sh",
        "-c",
        script + "touch /store/cache/written; exec tail -f /dev/null");
    Await.until(
        "it has written",
        Duration.ofSeconds(20),
        () -> ENGINE.docker("diff", name).contains("/store/cache/written"));
  }

  private static TestAgent watching(Path contracts) {
    return TestAgent.with(
        Map.of(
            "docker.data-roots", ENGINE.dataRoot().toString(),
            "contracts.directory", contracts.toString(),
            "walk.interval", "1s",
            "walk.min-interval", "1s",
            "mounts.interval", "1s"));
  }

  private static void assertAlertsAndEvents(TestAgent agent) throws IOException {
    JsonNode alerts = MAPPER.readTree(Scrape.get(agent.uri("/api/v1/alerts?container=elsewhere")));
    Set<String> firing = new TreeSet<>();
    alerts
        .get("alerts")
        .forEach(one -> {
          if (one.get("alertname").asText().equals("ContractViolated")) {
            JsonNode labels = one.get("labels");
            firing.add((labels.get("rule").asText() + " " + labels.path("path").asText()).strip());
          }
        });
    assertEquals(BROKEN.get("elsewhere"), firing);
    JsonNode one = MAPPER.readTree(Scrape.get(agent.uri("/api/v1/containers/root")));
    assertEquals("violated", one.get("contracts").get(0).get("state").asText());
    String events = Scrape.get(agent.uri("/api/v1/events?kind=contract&container=unmounted"));
    assertTrue(events.contains("broken: mount_missing at /data/deep"), events);
  }

  private static boolean isFailed(Scrape scrape) {
    return Sample.all(scrape, "bilgewatch_collector_outcome")
        .anyMatch(one ->
            one.label("collector").equals("contracts")
                && one.label("outcome").equals("failed")
                && one.value() == 1);
  }

  private static Map<String, Set<String>> broken(Scrape scrape) {
    Map<String, Set<String>> all =
        Sample.all(scrape, "bilgewatch_contract_info")
            .collect(Collectors.toMap(one -> one.label("container"), _ -> new TreeSet<>()));
    Sample.all(scrape, "bilgewatch_contract_violation")
        .forEach(one ->
            all.get(one.label("container"))
                .add((one.label("rule") + " " + one.label("path")).strip()));
    return all;
  }

  @Test
  void theExampleWorksInAPipeline() throws Exception {
    Shell.Output good = pipeline(Map.of());
    assertEquals(0, good.status(), () -> good.text() + good.stderr());
    assertTrue(good.text().contains("the contract example-web is kept"), good::text);
    Path sick = Files.createTempDirectory("sick");
    String contract =
        Files.readString(example("web.yml")).replaceFirst("(?s)  - path: /run.*?PID file\n", "");
    Files.writeString(sick.resolve("web.yml"), contract);
    for (String name : List.of("Dockerfile", "pipeline.sh")) {
      Files.copy(example(name), sick.resolve(name));
    }
    Shell.Output bad = run(sick.resolve("pipeline.sh"), Map.of("SECONDS_UP", "3"));
    assertEquals(1, bad.status(), () -> bad.text() + bad.stderr());
    assertTrue(bad.text().contains("VIOLATED: writes fail, by its log"), bad::text);
  }

  private static Path example(String name) {
    return Path.of(System.getProperty("bilgewatch.root"), "packaging/examples/contract", name);
  }

  private static Shell.Output pipeline(Map<String, String> more) {
    return run(example("pipeline.sh"), more);
  }

  private static Shell.Output run(Path script, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(ENGINE.environment());
    environment.put("BASE", ENGINE.image());
    environment.put("BILGEWATCH", AgentProcess.launcher().toString());
    environment.put("CONTRACT", script.resolveSibling("web.yml").toString());
    environment.put("BILGEWATCH_CHECK", "--docker.data-root=" + ENGINE.dataRoot());
    environment.putAll(more);
    return Shell.run(Duration.ofSeconds(60), environment, List.of("sh", script.toString()));
  }

  private static Shell.Output check(String... more) {
    List<String> words = new ArrayList<>(List.of("contract", "check"));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private static Shell.Output run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--docker.data-root=" + ENGINE.dataRoot());
    return AgentProcess.run(all.toArray(String[]::new));
  }
}
