package io.bilgewatch.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bilgewatch.agent.posture.HardeningCheck;
import io.bilgewatch.agent.view.CollectorStatus;
import io.bilgewatch.agent.view.WritableMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/metrics.md} equal to the catalogue, both ways. {@code -Dbilgewatch.write=true}
 * writes the table anew.
 */
class MetricsDocumentTest {
  private static final String BEGIN = "<!-- the metrics, written by MetricsDocumentTest -->\n";
  private static final String END = "<!-- end of the metrics -->\n";

  private final Path document =
      Path.of(System.getProperty("bilgewatch.root"), "docs", "metrics.md");

  @Test
  void theDocumentHasEveryMetricAsTheCatalogueHasIt() throws IOException {
    String text = Files.readString(document);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (Boolean.getBoolean("bilgewatch.write")) {
      Files.writeString(document, text.substring(0, from) + table() + text.substring(to));
    } else {
      assertEquals(table(), text.substring(from, to));
    }
  }

  /** Elsewhere in the documents too, in prose and queries. */
  @Test
  void noDocumentNamesAMetricThatThereIsNot() throws IOException {
    TreeSet<String> known =
        Families.all().stream()
            .map(MetricFamily::name)
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> named = new TreeSet<>();
    Path root = document.getParent().getParent();
    try (Stream<Path> documents = Files.list(document.getParent())) {
      for (Path file :
          Stream.concat(documents, Stream.of(root.resolve("README.md")))
              .filter(path -> path.toString().endsWith(".md"))
              .toList()) {
        Pattern.compile("bilgewatch_[a-z_]+[a-z]")
            .matcher(Files.readString(file))
            .results()
            .map(MatchResult::group)
            .forEach(named::add);
      }
    }
    assertTrue(named.containsAll(known), "the pattern finds the table's own names");
    named.removeAll(known);
    assertEquals(new TreeSet<>(), named);
  }

  @Test
  void theDocumentHasEveryValueOfALabelThatIsAList() throws IOException {
    String text = Files.readString(document);
    Stream.of(
            HardeningCheck.values(), WritableMount.Kind.values(), CollectorStatus.Outcome.values())
        .flatMap(Arrays::stream)
        .map(value -> "`" + value.name().toLowerCase(Locale.ROOT) + "`")
        .forEach(value -> assertTrue(text.contains(value), value));
  }

  @Test
  void everyHelpIsASentenceAndEveryNameIsOfOneUnit() {
    for (MetricFamily family : Families.all()) {
      assertTrue(
          family.help().matches("[A-Z0-9t].*\\.") && family.help().length() < 300, family.help());
      assertTrue(family.name().matches("bilgewatch_[a-z_]+"), family.name());
      assertEquals(family.type() == MetricFamily.Type.COUNTER, family.name().endsWith("_total"));
      assertEquals(family.type() == MetricFamily.Type.INFO, family.name().endsWith("_info"));
    }
  }

  private static String table() {
    List<String> rows = Families.all().stream().map(MetricsDocumentTest::row).toList();
    return "\n| metric | type | labels | unit | meaning |\n|---|---|---|---|---|\n"
        + String.join("", rows)
        + "\n";
  }

  private static String row(MetricFamily family) {
    String labels =
        family.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s | %s |%n"
        .formatted(
            family.name(),
            family.type() == MetricFamily.Type.COUNTER ? "counter" : "gauge",
            labels,
            unit(family.name()),
            family.help());
  }

  private static String unit(String name) {
    String base = name.replaceFirst("_total$", "");
    if (base.endsWith("_timestamp_seconds") || base.endsWith("_time_seconds")) {
      return "Unix time";
    }
    return Stream.of("bytes", "seconds", "ratio").filter(base::endsWith).findFirst().orElse("");
  }
}
