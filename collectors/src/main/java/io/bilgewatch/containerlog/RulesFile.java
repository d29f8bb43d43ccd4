package io.bilgewatch.containerlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.docker.JsonTree;
import io.bilgewatch.kernel.WriteErrno;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The rules as they are shipped: {@code write-failures.json}, whose samples a test runs.
 *
 * <pre>{@code
 * tokens   words, one of which every line of a failure holds
 * parts    pieces of patterns, put in where a pattern says {NAME}
 * decoys   id, pattern, samples: lines that only look so, whatever the rules say
 * rules    id, program, errno?, holds, pattern, unless?, notAfter?, doubtful?, matches, rejects?
 * }</pre>
 *
 * Patterns see the words of an errno as one character, see {@link ErrnoWords}. The first rule that
 * matches is the answer, so what is particular stands before what is general. Patterns are RE2's,
 * which take time in proportion to the line whatever it holds.
 */
final class RulesFile {
  private static final String SHIPPED = "write-failures.json";

  /** The errno of a rule whose lines do not tell it. */
  private static final String UNTOLD = "untold";

  /** Parts may hold parts, but not endlessly. */
  private static final int DEEPEST = 3;

  private final JsonNode root;
  private final Map<String, String> parts = new HashMap<>();

  private RulesFile(JsonNode root) {
    this.root = root;
    root.get("parts")
        .properties()
        .forEach(part -> parts.put(part.getKey(), part.getValue().asText()));
  }

  static RulesFile shipped() {
    try (InputStream in = RulesFile.class.getResourceAsStream(SHIPPED);
        JsonParser parser = new JsonFactory().createParser(in)) {
      return new RulesFile(JsonTree.read(parser));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document itself, for the test of its samples. */
  JsonNode root() {
    return root;
  }

  List<String> tokens() {
    return texts(root.get("tokens"));
  }

  List<RulePattern> decoys() {
    List<RulePattern> decoys = new ArrayList<>();
    root.get("decoys").forEach(decoy -> decoys.add(pattern(decoy.get("pattern"))));
    return decoys;
  }

  List<FailureRule> rules() {
    List<FailureRule> rules = new ArrayList<>();
    root.get("rules").forEach(rule -> rules.add(rule(rule)));
    return rules;
  }

  private FailureRule rule(JsonNode node) {
    String errno = node.path("errno").asText(UNTOLD);
    return new FailureRule(
        node.get("id").asText(),
        node.get("program").asText(),
        errno.equals(UNTOLD) ? Optional.empty() : Optional.of(WriteErrno.valueOf(errno)),
        texts(node.get("holds")),
        pattern(node.get("pattern")),
        Optional.ofNullable(node.get("unless")).map(this::pattern),
        Optional.ofNullable(node.get("notAfter")).map(this::pattern),
        node.path("doubtful").asBoolean());
  }

  private RulePattern pattern(JsonNode node) {
    String pattern = node.asText();
    for (int depth = 0; depth < DEEPEST; depth++) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        pattern = pattern.replace("{" + part.getKey() + "}", "(?:" + part.getValue() + ")");
      }
    }
    return new RulePattern(pattern);
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
