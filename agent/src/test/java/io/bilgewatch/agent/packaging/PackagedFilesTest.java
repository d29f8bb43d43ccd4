package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.rule.AlertRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus' and Alertmanager's own judgement of the files that are packaged for them. */
class PackagedFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void promtoolFindsTheRulesGood() {
    List<String> words = new ArrayList<>(List.of("promtool", "check", "rules"));
    Packaged.files(Packaged.PROMETHEUS).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.startsWith("bilgewatch-"))
        .forEach(words::add);
    assertEquals(6, words.size(), words::toString);
    Tool.succeed(Packaged.PROMETHEUS, words.toArray(String[]::new));
  }

  @Test
  void theTestsOfTheRulesPass() {
    List<String> words = new ArrayList<>(List.of("promtool", "test", "rules"));
    Packaged.files(Packaged.PROMETHEUS.resolve("tests"))
        .forEach(file -> words.add("tests/" + file.getFileName()));
    Tool.succeed(Packaged.PROMETHEUS, words.toArray(String[]::new));
  }

  /** The test of the tests: promtool must see it where a rule is wrong. */
  @Test
  void theTestsOfTheRulesFailWhereARuleIsWrong() throws IOException {
    String rules = Packaged.text(Packaged.ALERTS).replace(") * 600\n", ") * 599\n");
    Files.writeString(directory.resolve("bilgewatch-alerts.yml"), rules);
    Files.createDirectory(directory.resolve("tests"));
    Files.copy(
        Packaged.PROMETHEUS.resolve("tests/tmpfs.yml"), directory.resolve("tests/tmpfs.yml"));
    Tool.Result result = Tool.run(directory, "promtool", "test", "rules", "tests/tmpfs.yml");
    assertTrue(
        result.status() != 0 && result.output().contains("TmpfsOomImminent"), result::output);
  }

  @Test
  void theRulesAskForMetricsThatThereAre() {
    for (Path file : Packaged.files(Packaged.PROMETHEUS)) {
      for (Map<String, Object> rule : Packaged.rules(file)) {
        String asked = rule.get("expr") + " " + rule.get("annotations");
        assertEquals(Set.of(), KnownMetrics.unknown(asked), asked);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prometheus.yml", "prometheus-swarm.yml", "prometheus-kubernetes.yml"})
  void promtoolFindsTheConfigurationGood(String name) throws IOException {
    for (Path file : Packaged.files(Packaged.PROMETHEUS)) {
      Files.copy(file, directory.resolve(file.getFileName()));
    }
    // Debian builds it without the discovery of Kubernetes, and calls it an unknown field.
    String text = Packaged.text(Packaged.PROMETHEUS.resolve(name));
    Files.writeString(
        directory.resolve(name),
        text.replaceAll(
            "kubernetes_sd_configs:\\s+- role: (node|endpoints)", "file_sd_configs: []"));
    String said = Tool.succeed(directory, "promtool", "check", "config", name);
    assertTrue(said.contains("3 rule files found"), said);
  }

  /**
   * Swarm and Kubernetes themselves are played by a file that tells what they would, so that what
   * is done with it is Prometheus' own doing.
   */
  @Test
  void aSwarmsNodesAreCalledWhatTheAgentsCallThemselves() throws IOException {
    String meta = "__meta_dockerswarm_node_";
    assertEquals(
        Map.of("manager:10058", "10.1.1.1:10058", "worker:10058", "10.1.1.2:10058"),
        targets(
            "prometheus-swarm.yml",
            List.of(
                node(
                    meta,
                    "0.0.0.0:10058",
                    "status=ready",
                    "manager_address=10.1.1.1:2377",
                    "hostname=manager"),
                node(meta, "10.1.1.2:10058", "status=ready", "hostname=worker"),
                node(meta, "10.1.1.3:10058", "status=down", "hostname=gone"))));
  }

  @Test
  void kubernetesNodesAreCalledWhatTheAgentsCallThemselves() throws IOException {
    assertEquals(
        Map.of("worker-1:10058", "10.2.0.7:10058"),
        targets(
            "prometheus-kubernetes.yml",
            List.of(
                node(
                    "__meta_kubernetes_node_",
                    "10.2.0.7:10250",
                    "name=node-1",
                    "address_InternalIP=10.2.0.7",
                    "address_Hostname=worker-1"))));
  }

  /** What a discovery tells of a node. */
  private static Map<String, String> node(String meta, String address, String... facts) {
    Map<String, String> labels = new TreeMap<>(Map.of("__address__", address));
    for (String fact : facts) {
      String[] parts = fact.split("=", 2);
      labels.put(meta + parts[0], parts[1]);
    }
    return labels;
  }

  /** Address by instance, of what is left of such targets. */
  private Map<String, String> targets(String name, List<Map<String, String>> discovered)
      throws IOException {
    Map<String, Object> job =
        Packaged.list(Packaged.yaml(Packaged.PROMETHEUS.resolve(name)), "scrape_configs")
            .getFirst();
    List<Map<String, Object>> groups =
        discovered.stream()
            .map(labels ->
                Map.<String, Object>of(
                    "targets", List.of(labels.get("__address__")), "labels", labels))
            .toList();
    JSON.writeValue(directory.resolve("targets.json").toFile(), groups);
    Map<String, Object> played =
        Map.of(
            "job_name", "played",
            "file_sd_configs", List.of(Map.of("files", List.of("targets.json"))),
            "relabel_configs", job.get("relabel_configs"));
    Path config = directory.resolve("played.yml");
    JSON.writeValue(config.toFile(), Map.of("scrape_configs", List.of(played)));
    String said =
        Tool.succeed(
            directory,
            "promtool",
            "check",
            "service-discovery",
            "--timeout=2s",
            config.getFileName().toString(),
            "played");
    // Its log has brackets as well.
    String json = said.substring(said.indexOf("[\n"), said.lastIndexOf("\n]") + 2);
    JsonNode found = JSON.readTree(json);
    Map<String, String> targets = new TreeMap<>();
    for (JsonNode one : found) {
      JsonNode labels = one.get("labels");
      if (!labels.isEmpty()) {
        targets.put(labels.get("instance").asText(), labels.get("__address__").asText());
      }
    }
    return targets;
  }

  @Test
  void amtoolFindsAlertmanagersConfigurationGood() {
    Tool.succeed(Packaged.ALERTMANAGER, "amtool", "check-config", "alertmanager.yml");
  }

  /** Whom each alert of the catalogue goes to, as Alertmanager routes it. */
  @Test
  void eachAlertGoesToWhoItIsFor() {
    for (AlertRule rule : AlertRule.values()) {
      String receiver =
          switch (rule.severity()) {
            case CRITICAL -> "pager";
            case WARNING -> "chat";
            case INFO -> "daily";
          };
      assertEquals(
          receiver,
          Tool.succeed(
                  Packaged.ALERTMANAGER,
                  "amtool",
                  "config",
                  "routes",
                  "test",
                  "--config.file=alertmanager.yml",
                  "alertname=" + rule.label(),
                  "severity=" + rule.severity().label())
              .lines()
              .filter(line -> !line.startsWith("Warning"))
              .collect(Collectors.joining()),
          rule.label());
    }
  }

  /** A name that was misspelt would never match, and nobody would see it. */
  @Test
  void alertmanagersConfigurationNamesAlertsThatThereAre() {
    String text = Packaged.text(Packaged.ALERTMANAGER.resolve("alertmanager.yml"));
    Set<String> named =
        PrometheusAlertsTest.all("alertname =~? \"?([A-Za-z|]+)", text).stream()
            .flatMap(names -> Stream.of(names.split("\\|", -1)))
            .collect(Collectors.toSet());
    assertTrue(named.size() > 5, named::toString);
    named.forEach(name -> assertTrue(AlertRule.named(name).isPresent(), name));
  }
}
