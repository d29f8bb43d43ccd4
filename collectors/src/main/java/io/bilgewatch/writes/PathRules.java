package io.bilgewatch.writes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.bilgewatch.docker.JsonTree;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.overlay.LayerEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Says what a path is, by rules that are data ({@code path-rules.json}): the first that fits.
 *
 * <pre>{@code
 * id, what, pattern?, type?, advice, hint?, environment?, leastMib?, must?, matches, rejects?
 * }</pre>
 *
 * A container chooses its paths: patterns are RE2's, which take time in proportion to the path
 * whatever it holds, and no more than {@value #MOST_CHARS} characters of its end are looked at.
 */
public final class PathRules {
  /** The rule of places that are for temporary files. */
  public static final String TEMPORARY = "temp";

  static final int MOST_CHARS = 1_024;

  /** What was seen of a cache or of temporary files is seldom the most. */
  private static final int LEAST_MIB = 16;

  private static final String SHIPPED = "path-rules.json";

  private static final PathRule UNKNOWN =
      new PathRule(
          "unknown",
          "not known",
          Optional.empty(),
          Optional.empty(),
          PathRule.Advice.ASK,
          "",
          Map.of(),
          LEAST_MIB,
          false);

  private final List<PathRule> rules;

  private PathRules(JsonNode root) {
    List<PathRule> read = new ArrayList<>();
    root.get("rules").forEach(rule -> read.add(rule(rule)));
    rules = List.copyOf(read);
  }

  /** The rules that are part of the program. */
  public static PathRules shipped() {
    return Shipped.RULES;
  }

  /** Made when they are first asked for. */
  private static final class Shipped {
    static final PathRules RULES = new PathRules(document());
  }

  /** The document itself, for the test of its samples. */
  static JsonNode document() {
    try (InputStream in = PathRules.class.getResourceAsStream(SHIPPED);
        JsonParser parser = new JsonFactory().createParser(in)) {
      return JsonTree.read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PathRule rule(JsonNode rule) {
    return new PathRule(
        rule.get("id").asText(),
        rule.get("what").asText(),
        text(rule, "pattern").map(Pattern::compile),
        text(rule, "type").map(name -> LayerEntry.Type.valueOf(name.toUpperCase(Locale.ROOT))),
        PathRule.Advice.valueOf(rule.get("advice").asText().toUpperCase(Locale.ROOT)),
        text(rule, "hint").orElse(""),
        environment(rule),
        rule.path("leastMib").asInt(LEAST_MIB),
        rule.path("must").asBoolean());
  }

  private static Map<String, String> environment(JsonNode rule) {
    Map<String, String> variables = new LinkedHashMap<>();
    rule.path("environment")
        .properties()
        .forEach(one -> variables.put(one.getKey(), one.getValue().asText()));
    return variables;
  }

  private static Optional<String> text(JsonNode rule, String name) {
    return Optional.ofNullable(rule.get(name)).map(JsonNode::asText);
  }

  /** What is written below a directory. */
  public PathRule ofDirectory(KernelPath path) {
    return of(path + "/", Optional.empty());
  }

  /** What a file is. */
  public PathRule ofFile(KernelPath path) {
    return of(path.toString(), Optional.of(LayerEntry.Type.FILE));
  }

  /**
   * What is written there.
   *
   * @param path as the container sees it
   * @param type empty of a directory
   */
  PathRule of(String path, Optional<LayerEntry.Type> type) {
    String end = path.length() <= MOST_CHARS ? path : path.substring(path.length() - MOST_CHARS);
    for (PathRule rule : rules) {
      if (rule.matches(end, type)) {
        return rule;
      }
    }
    return UNKNOWN;
  }
}
