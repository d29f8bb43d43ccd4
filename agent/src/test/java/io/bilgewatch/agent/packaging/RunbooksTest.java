package io.bilgewatch.agent.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.cli.Help;
import io.bilgewatch.agent.config.ThresholdText;
import io.bilgewatch.agent.rule.AlertRule;
import io.bilgewatch.agent.rule.Threshold;
import io.bilgewatch.engine.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Holds {@code docs/alerts} to the catalogue of alerts. {@code -Dbilgewatch.rewrite=true} writes
 * what is generated in it anew.
 */
class RunbooksTest {
  private static final String BEGIN = "<!-- the alerts, written by RunbooksTest -->\n";
  private static final String END = "<!-- end of the alerts -->\n";
  private static final List<String> SECTIONS =
      List.of("Symptom", "Likely causes", "Look", "Fix", "Silence");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");

  private final Path overview = Runbook.directory().resolve("README.md");

  static List<Runbook> runbooks() {
    return Runbook.all();
  }

  @Test
  void eachAlertHasAPageAndEachPageAnAlert() {
    List<String> alerts = Stream.of(AlertRule.values()).map(AlertRule::label).sorted().toList();
    assertEquals(alerts, Runbook.all().stream().map(Runbook::name).sorted().toList());
  }

  @ParameterizedTest
  @EnumSource
  void aPageBeginsWithWhatTheCatalogueSays(AlertRule rule) throws IOException {
    Path page = Runbook.directory().resolve(rule.label() + ".md");
    String[] parts = Files.readString(page).split("\n\n", 3);
    assertEquals("# " + rule.label(), parts[0]);
    if (Boolean.getBoolean("bilgewatch.rewrite")) {
      Files.writeString(page, String.join("\n\n", parts[0], Runbook.facts(rule), parts[2]));
    } else {
      assertEquals(Runbook.facts(rule), parts[1]);
    }
    assertTrue(parts[2].indexOf("\n## ") > 100, "a paragraph says what it means");
  }

  @Test
  void theOverviewHasEachAlertAsTheCatalogueHasIt() throws IOException {
    String text = Files.readString(overview);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (Boolean.getBoolean("bilgewatch.rewrite")) {
      Files.writeString(overview, text.substring(0, from) + table() + text.substring(to));
    } else {
      assertEquals(table(), text.substring(from, to));
    }
  }

  private static String table() {
    return "\n| alert | severity | holds for | threshold (default) | tells |\n|---|---|---|---|---|\n"
        + Stream.of(AlertRule.values()).map(RunbooksTest::row).collect(Collectors.joining())
        + "\n";
  }

  private static String row(AlertRule rule) {
    return "| [%s](%s.md) | %s | %s | %s | %s |%n"
        .formatted(
            rule.label(),
            rule.label(),
            rule.severity().label(),
            rule.pendingFor().isZero() ? "at once" : Runbook.time(rule.pendingFor()),
            rule.thresholds().stream().map(Runbook::said).collect(Collectors.joining("; ")),
            rule.summary());
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void aPageHasEverySectionAndWhatBelongsInIt(Runbook runbook) {
    Map<String, String> sections = runbook.sections();
    assertEquals(SECTIONS, List.copyOf(sections.keySet()));
    assertTrue(sections.get("Symptom").startsWith("- "));
    assertTrue(sections.get("Likely causes").startsWith("1. "));
    String look = sections.get("Look");
    assertTrue(look.contains("localhost:10058/api/v1/") || look.contains("sudo bilgewatch "));
    assertTrue(look.contains("```promql\n") && look.contains("```sh\n"));
    String fix = sections.get("Fix");
    assertTrue(fix.startsWith("**Now.** ") && fix.contains("\n\n**For good.** "));
    assertTrue(fix.contains("docker run ") && fix.contains("```yaml\n"));
    assertTrue(sections.get("Silence").matches("(?s).*It is (nearly always )?wrong\\b.*"));
    assertFalse(runbook.text().contains("\n|"), "tables are not rendered");
  }

  /** What to write to silence it: of this alert, with labels that it has and each threshold. */
  @ParameterizedTest
  @MethodSource("runbooks")
  void aPageSaysHowToSilenceItsOwnAlert(Runbook runbook) {
    AlertRule rule = AlertRule.named(runbook.name()).orElseThrow();
    String silence = runbook.sections().get("Silence");
    String line =
        Pattern.compile("(?m)^amtool silence add (.*) --comment='[^']+'$")
            .matcher(silence)
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.joining("\n"));
    assertTrue(line.matches("alertname=" + rule.label() + " [^\n]+ --duration=\\d+[mh]"), line);
    Set<String> known = new TreeSet<>(rule.ownLabels());
    known.addAll(Set.of("alertname", "instance"));
    if (rule.scope() == AlertRule.Scope.CONTAINER) {
      known.addAll(Set.of("container", "container_id"));
      assertTrue(silence.contains("`bilgewatch.alert." + rule.label() + "=off`"), silence);
    }
    Pattern.compile("(?:^| )([a-z_]+)=")
        .matcher(line)
        .results()
        .forEach(matcher -> assertTrue(known.contains(matcher.group(1)), line));
    rule.thresholds()
        .forEach(
            t -> assertTrue(silence.contains("alerts." + rule.label() + "." + t.name()), t.name()));
  }

  /** Labels and keys in any page, and that a value which stands there would be taken. */
  @Test
  void everyAlertAndThresholdThatIsNamedExists() throws IOException {
    Pattern named =
        Pattern.compile(
            "(bilgewatch\\.alert|\\balerts)\\.([A-Z]\\w+)(?:\\.([a-z-]+)(?:(?:=|: )([\\w.]+))?)?");
    List<MatchResult> found = named.matcher(everything()).results().toList();
    assertTrue(found.size() > 40);
    for (MatchResult result : found) {
      AlertRule rule = AlertRule.named(result.group(2)).orElseThrow(() -> noSuch(result));
      String threshold = result.group(3);
      boolean isSwitch = "enabled".equals(threshold) && result.group(1).equals("alerts");
      if (threshold != null && !isSwitch) {
        Threshold known = rule.threshold(threshold).orElseThrow(() -> noSuch(result));
        String value = result.group(4);
        assertTrue(value == null || ThresholdText.read(known, value).isPresent(), result.group());
      }
    }
  }

  private static AssertionError noSuch(MatchResult result) {
    return new AssertionError("there is no " + result.group());
  }

  private String everything() throws IOException {
    return Files.readString(overview)
        + Runbook.all().stream().map(Runbook::text).collect(Collectors.joining());
  }

  /** A page is also served alone, where only other pages can be linked. */
  @ParameterizedTest
  @MethodSource("runbooks")
  void aPageLinksOtherPagesOnly(Runbook runbook) {
    links(runbook.text())
        .forEach(link -> {
          assertTrue(link.matches("[A-Z]\\w+\\.md") && !link.equals("README.md"), link);
          assertFalse(link.equals(runbook.name() + ".md"), "to itself");
          assertTrue(Files.exists(Runbook.directory().resolve(link)), link);
        });
  }

  @Test
  void everyLinkOfTheOverviewResolves() throws IOException {
    links(Files.readString(overview))
        .forEach(link -> assertTrue(Files.exists(Runbook.directory().resolve(link)), link));
  }

  private static Stream<String> links(String text) {
    return LINK.matcher(text)
        .results()
        .map(result -> result.group(1))
        .filter(link -> !link.startsWith("http"));
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void everyBlockIsWhatItClaimsToBe(Runbook runbook) {
    for (String block : runbook.blocks("sh")) {
      Shell.text("bash", "-n", "-c", block);
      assertFalse(block.contains("sudo ls") && block.matches("(?s).*root/\\S*\\*.*"), block);
    }
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    runbook
        .blocks("yaml")
        .forEach(block -> assertTrue(yaml.<Map<String, ?>>load(block).containsKey("services")));
    int known =
        Stream.of("sh", "yaml", "promql", "json").mapToInt(l -> runbook.blocks(l).size()).sum();
    assertEquals(known * 2L, runbook.text().lines().filter(l -> l.startsWith("```")).count());
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void everyMetricThatIsNamedExists(Runbook runbook) {
    assertEquals(Set.of(), KnownMetrics.unknown(runbook.text()));
  }

  @Test
  void everyCommandOfOursExists() throws IOException {
    Set<String> named =
        Pattern.compile("sudo bilgewatch ([a-z-]+)|`bilgewatch ([a-z-]+)`")
            .matcher(everything())
            .results()
            .map(r -> r.group(1) == null ? r.group(2) : r.group(1))
            .collect(Collectors.toSet());
    assertTrue(named.containsAll(Set.of("containers", "diagnose")), named::toString);
    for (String command : named) {
      Help.of(command, "--help");
    }
  }
}
