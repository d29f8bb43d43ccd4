package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be told of the dashboards without running them; {@code DashboardsIT} runs them. */
class DashboardsTest {
  private static final int GRID = 24;

  /** What Grafana puts in, besides the dashboard's own variables. */
  private static final Set<String> BUILT_IN = Set.of("__interval", "__range", "__rate_interval");

  static List<Dashboard> dashboards() {
    return Dashboard.all();
  }

  @Test
  void thereAreThree() {
    assertEquals(
        List.of("bilgewatch-container", "bilgewatch-fleet", "bilgewatch-host"),
        Dashboard.all().stream().map(Dashboard::name).toList());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void itHasTheUidThatLinksAndUpdatesKnowItBy(Dashboard dashboard) {
    assertEquals(dashboard.name(), dashboard.json().path("uid").asText());
    assertFalse(dashboard.json().has("id"), "an id is a number of one Grafana");
    assertTrue(dashboard.json().path("schemaVersion").asInt() >= 38);
    assertFalse(dashboard.json().path("description").asText().isBlank());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyPanelSaysWhatItIs(Dashboard dashboard) {
    Set<Integer> ids = new HashSet<>();
    Set<String> titles = new HashSet<>();
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertTrue(titles.add(title) && !title.isBlank(), title);
      assertTrue(panel.path("description").asText().matches("[A-Zt].{15,}\\."), title);
      assertFalse(panel.at("/fieldConfig/defaults/unit").asText().isBlank(), title);
      assertFalse(panel.at("/fieldConfig/defaults/thresholds/steps").isEmpty(), title);
      assertFalse(panel.path("targets").isEmpty(), title);
    }
    Dashboard.stream(dashboard.json().get("panels"))
        .forEach(panel -> assertTrue(ids.add(panel.path("id").asInt()), panel.toString()));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsFillTheGridAndNoneLiesOnAnother(Dashboard dashboard) {
    Set<List<Integer>> taken = new HashSet<>();
    Dashboard.stream(dashboard.json().get("panels"))
        .forEach(panel -> {
          JsonNode at = panel.get("gridPos");
          assertTrue(
              at.get("x").asInt() + at.get("w").asInt() <= GRID, panel.path("title")::asText);
          for (int x = 0; x < at.get("w").asInt(); x++) {
            for (int y = 0; y < at.get("h").asInt(); y++) {
              List<Integer> cell = List.of(at.get("x").asInt() + x, at.get("y").asInt() + y);
              assertTrue(taken.add(cell), panel.path("title")::asText);
            }
          }
        });
  }

  /** An uid of somebody's Grafana would work there only. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void theDataSourceIsChosenByTheUser(Dashboard dashboard) {
    Set<String> sources = new TreeSet<>();
    dashboard.json().findValues("datasource").forEach(s -> sources.add(s.path("uid").asText("?")));
    assertEquals(Set.of("${datasource}"), sources);
    assertEquals("datasource", dashboard.json().at("/templating/list/0/name").asText());
    assertEquals("datasource", dashboard.json().at("/templating/list/0/type").asText());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyQueryKnowsItsMetricsAndVariablesAndItsHost(Dashboard dashboard) {
    Set<String> variables =
        Dashboard.stream(dashboard.json().at("/templating/list"))
            .map(variable -> variable.get("name").asText())
            .collect(Collectors.toCollection(HashSet::new));
    variables.addAll(BUILT_IN);
    assertTrue(dashboard.queries().size() > 10);
    for (Dashboard.Query query : dashboard.queries()) {
      assertEquals(Set.of(), KnownMetrics.unknown(query.expression()), query.toString());
      Pattern.compile("\\$\\{?(\\w+)")
          .matcher(query.expression())
          .results()
          .forEach(used -> assertTrue(variables.contains(used.group(1)), query.toString()));
      assertEveryMetricIsOfTheChosenHost(query);
    }
  }

  /** A selector without one mixes hosts. */
  private static void assertEveryMetricIsOfTheChosenHost(Dashboard.Query query) {
    List<String> braces =
        Pattern.compile("\\{[^}]*\\}")
            .matcher(query.expression())
            .results()
            .map(MatchResult::group)
            .toList();
    assertFalse(braces.isEmpty(), query.toString());
    braces.forEach(
        selector -> assertTrue(selector.matches(".*instance=~?\"\\$instance\".*"), selector));
    assertFalse(
        Pattern.compile("bilgewatch_[a-z_]+(?![a-z_]|\\{|\"|\\|)")
            .matcher(query.expression())
            .find(),
        query.toString());
  }

  /** To a dashboard of ours, or to a runbook of an agent. */
  @Test
  void everyLinkLeadsToWhatIsThere() {
    Set<String> uids = Dashboard.all().stream().map(Dashboard::name).collect(Collectors.toSet());
    List<String> links =
        Dashboard.all().stream()
            .flatMap(dashboard -> dashboard.json().findValues("url").stream())
            .map(JsonNode::asText)
            .toList();
    assertTrue(links.size() > 10);
    for (String link : links) {
      assertTrue(
          uids.stream().anyMatch(uid -> link.startsWith("/d/" + uid + "?"))
              || link.matches("http://\\$\\{__data\\.fields\\.instance}/runbooks/.*"),
          link);
    }
  }

  /** Else the list would hide a misspelt name for ever. */
  @Test
  void whatIsNotExportedYetIsUsedAndNotDocumented() {
    Set<String> used = new TreeSet<>();
    Stream.concat(
            Dashboard.all().stream().map(dashboard -> dashboard.json().toString()),
            Runbook.all().stream().map(Runbook::text))
        .forEach(text -> used.addAll(KnownMetrics.ours(text)));
    assertTrue(used.containsAll(KnownMetrics.NOT_YET), KnownMetrics.NOT_YET::toString);
    Set<String> both = KnownMetrics.documented();
    both.retainAll(KnownMetrics.NOT_YET);
    assertEquals(Set.of(), both, "docs/metrics.md has them: take them off the list");
  }

  @Test
  void provisioningIsWhatGrafanaReads() throws IOException {
    Path provisioning = Dashboard.directory().resolve("provisioning");
    Provisioning dashboards = Provisioning.of(provisioning.resolve("dashboards/bilgewatch.yml"));
    assertEquals("file", dashboards.first("providers").get("type"));
    Provisioning sources = Provisioning.of(provisioning.resolve("datasources/prometheus.yml"));
    assertEquals("prometheus", sources.first("datasources").get("type"));
  }

  /** A provisioning file: {@code apiVersion: 1} and one list. */
  private record Provisioning(Map<String, List<Map<String, ?>>> lists) {
    static Provisioning of(Path file) throws IOException {
      Map<String, ?> read =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
      assertEquals(1, read.get("apiVersion"));
      return new Provisioning(
          read.entrySet().stream()
              .filter(entry -> entry.getValue() instanceof List)
              .collect(Collectors.toMap(Map.Entry::getKey, entry -> maps(entry.getValue()))));
    }

    @SuppressWarnings("unchecked") // YAML has no types
    private static List<Map<String, ?>> maps(Object list) {
      return (List<Map<String, ?>>) list;
    }

    Map<String, ?> first(String list) {
      return lists.get(list).getFirst();
    }
  }
}
