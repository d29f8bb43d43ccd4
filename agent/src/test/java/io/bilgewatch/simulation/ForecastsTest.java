package io.bilgewatch.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Judges the forecasts by histories whose end is known, and keeps the tables in {@code
 * docs/forecasts.md} equal to what comes out. {@code -Dbilgewatch.rewrite=true} writes them anew.
 */
class ForecastsTest {
  private static final String BEGIN = "<!-- the tables, written by ForecastsTest -->\n";
  private static final String END = "<!-- end of the tables -->\n";

  @TempDir private static Path state;
  private static final Map<Scenario, Map<Method, Score>> SCORES = new LinkedHashMap<>();

  @BeforeAll
  static void run() {
    for (Scenario scenario : all().toList()) {
      Map<Method, Score> scores = new EnumMap<>(Method.class);
      for (Method method : Method.values()) {
        scores.put(method, Trial.run(scenario, method.begin(state)));
      }
      SCORES.put(scenario, scores);
    }
  }

  private static Stream<Scenario> all() {
    return Stream.concat(Scenarios.HARMLESS.stream(), Scenarios.FILLING.stream());
  }

  @Test
  void thereAreManyAndEachIsWhatItSays() {
    assertTrue(SCORES.size() >= 50, () -> SCORES.size() + " histories");
    Scenarios.HARMLESS.forEach(
        scenario -> assertTrue(scenario.fullAt().isEmpty(), scenario.name()));
    Scenarios.FILLING.forEach(
        scenario -> assertTrue(scenario.fullAt().isPresent(), scenario.name()));
  }

  @Test
  void nobodyIsPagedForWhatNeverFills() {
    List<String> paged = new ArrayList<>();
    SCORES.forEach((scenario, scores) -> {
      if (scores.get(Method.BILGEWATCH).falsePages() > 0) {
        paged.add(scenario.name());
      }
    });
    assertEquals(List.of(), paged);
  }

  @Test
  void whatFillsIsToldInTime() {
    for (Scenario scenario : Scenarios.FILLING) {
      Score score = SCORES.get(scenario).get(Method.BILGEWATCH);
      assertTrue(score.lead() >= 15, () -> scenario.name() + ": " + score);
      assertTrue(score.told() >= 0.5, () -> scenario.name() + ": " + score);
    }
  }

  @Test
  void mostForecastsAreRight() {
    List<Double> errors =
        Scenarios.FILLING.stream()
            .map(scenario -> SCORES.get(scenario).get(Method.BILGEWATCH).error())
            .sorted()
            .toList();
    assertTrue(errors.get(errors.size() / 2) <= 0.02, () -> "median: " + errors);
    assertTrue(errors.get(errors.size() * 3 / 4) <= 0.15, () -> "third quartile: " + errors);
  }

  @Test
  void theOthersPageMore() {
    int own = falsePages(Method.BILGEWATCH);
    for (Method other : Method.values()) {
      if (other != Method.BILGEWATCH) {
        assertTrue(falsePages(other) > own + 20, () -> other + ": " + falsePages(other));
      }
    }
  }

  private static int falsePages(Method method) {
    return SCORES.values().stream().mapToInt(scores -> scores.get(method).falsePages()).sum();
  }

  @Test
  void theDocumentHasTheseFigures() throws Exception {
    Path document = Path.of(System.getProperty("bilgewatch.root"), "docs", "forecasts.md");
    String text = Files.readString(document);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (Boolean.getBoolean("bilgewatch.rewrite")) {
      Files.writeString(document, text.substring(0, from) + tables() + text.substring(to));
    } else {
      assertEquals(tables(), text.substring(from, to));
    }
  }

  private static String tables() {
    StringBuilder text = new StringBuilder("\nFalse pages in what never fills:\n\n");
    head(text, "history");
    for (Scenario scenario : Scenarios.HARMLESS) {
      row(text, scenario.name(), scenario, score -> String.valueOf(score.falsePages()));
    }
    text.append("\nWhat fills: median error, lead, false pages:\n\n");
    head(text, "history, and when it is full");
    for (Scenario scenario : Scenarios.FILLING) {
      String name = "%s: %s".formatted(scenario.name(), time(scenario.end()));
      row(text, name, scenario, ForecastsTest::cell);
    }
    return text.append('\n').toString();
  }

  private static void head(StringBuilder text, String first) {
    text.append("| ").append(first);
    for (Method method : Method.values()) {
      text.append(" | ").append(method.label);
    }
    text.append(" |\n|---").append("|---".repeat(Method.values().length)).append("|\n");
  }

  private static void row(
      StringBuilder text, String name, Scenario scenario, Function<Score, String> cell) {
    text.append("| ").append(name);
    SCORES.get(scenario).values().forEach(score -> text.append(" | ").append(cell.apply(score)));
    text.append(" |\n");
  }

  private static String cell(Score score) {
    String error =
        Double.isNaN(score.error())
            ? "silent"
            : score.error() > 10
                ? "> 1000 %"
                : String.format(Locale.ROOT, "%.0f %%", 100 * score.error());
    String lead = score.lead() == 0 ? "never" : time(score.lead());
    return "%s, %s, %d".formatted(error, lead, score.falsePages());
  }

  private static String time(double seconds) {
    if (seconds < 600) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 36_000
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
