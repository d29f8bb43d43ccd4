package io.bilgewatch.agent.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One dashboard of {@code packaging/grafana}, as far as the tests look into it. */
public record Dashboard(String name, JsonNode json) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** As in {@code label_values(metric{a="b"}, label)}. */
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

  /** A query of a panel. */
  public record Query(String dashboard, String panel, boolean overTime, String expression) {

    @Override
    public String toString() {
      return dashboard + ": " + panel + ": " + expression;
    }
  }

  /** What fills the choice of a variable: the values of a label of some series. */
  public record Variable(String dashboard, String name, String series, String label) {

    @Override
    public String toString() {
      return dashboard + ": $" + name;
    }
  }

  static Path directory() {
    return Path.of(System.getProperty("bilgewatch.root"), "packaging", "grafana");
  }

  public static List<Dashboard> all() {
    try (Stream<Path> files = Files.list(directory().resolve("dashboards"))) {
      return files.sorted().map(Dashboard::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Dashboard read(Path file) {
    try {
      String name = file.getFileName().toString().replaceFirst("\\.json$", "");
      return new Dashboard(name, MAPPER.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All but the headings; those in a collapsed row too. */
  List<JsonNode> panels() {
    return stream(json.get("panels"))
        .flatMap(panel -> Stream.concat(Stream.of(panel), stream(panel.path("panels"))))
        .filter(panel -> !isRow(panel))
        .toList();
  }

  static boolean isRow(JsonNode panel) {
    return panel.path("type").asText().equals("row");
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(array.elements(), Spliterator.ORDERED), false);
  }

  /** Every query there is. */
  public List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      String title = panel.get("title").asText();
      stream(panel.get("targets"))
          .forEach(target ->
              queries.add(
                  new Query(
                      name,
                      title,
                      target.path("range").asBoolean(),
                      target.path("expr").asText())));
    }
    return queries;
  }

  /** Those variables whose values Prometheus tells. */
  public List<Variable> variables() {
    return stream(json.at("/templating/list"))
        .filter(variable -> variable.path("type").asText().equals("query"))
        .map(variable -> {
          String query = variable.at("/query/query").asText();
          Matcher matcher = LABEL_VALUES.matcher(query);
          if (!matcher.matches()) {
            throw new AssertionError(name + ": not understood: " + query);
          }
          return new Variable(
              name, variable.get("name").asText(), matcher.group(1), matcher.group(2));
        })
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
