package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs every sample of the rules as shipped. */
class ShippedRulesTest {
  private static final RulesFile FILE = RulesFile.shipped();
  private static final WriteFailureRules RULES = WriteFailureRules.shipped();

  @TestFactory
  Stream<DynamicTest> everyRuleMatchesItsSamples() {
    Map<String, FailureRule> alone =
        FILE.rules().stream().collect(Collectors.toMap(FailureRule::id, Function.identity()));
    return rules()
        .flatMap(rule ->
            samples(rule.get("matches"))
                .map(sample ->
                    DynamicTest.dynamicTest(
                        rule.get("id").asText() + ": " + sample.get("line").asText(),
                        () -> check(alone.get(rule.get("id").asText()), sample))));
  }

  private static void check(FailureRule rule, JsonNode sample) {
    String line = sample.get("line").asText();
    Optional<WriteFailure> all = RULES.match(line);
    assertTrue(all.isPresent(), line);
    assertEquals(text(sample, "errno"), all.get().errno().map(Enum::name), line);
    assertEquals(text(sample, "path"), all.get().path(), line);
    if (sample.has("program")) {
      assertEquals(sample.get("program").asText(), all.get().program(), line);
    }
    String plain = LogText.unescaped(line);
    Optional<WriteFailure> alone =
        rule.match(ErrnoWords.marked(plain), plain.toLowerCase(Locale.ROOT));
    assertTrue(alone.isPresent(), "not by its rule");
  }

  @TestFactory
  Stream<DynamicTest> noRuleCountsWhatIsToBeRejected() {
    Stream<JsonNode> rejected = rules().flatMap(rule -> samples(rule.path("rejects")));
    Stream<JsonNode> decoys =
        StreamSupport.stream(FILE.root().get("decoys").spliterator(), false)
            .flatMap(decoy -> samples(decoy.get("samples")));
    return Stream.concat(rejected, decoys)
        .map(JsonNode::asText)
        .map(line ->
            DynamicTest.dynamicTest(line, () -> assertEquals(Optional.empty(), RULES.match(line))));
  }

  @Test
  void everyDecoyPatternFindsItsSamples() {
    var patterns = FILE.decoys().iterator();
    for (JsonNode decoy : FILE.root().get("decoys")) {
      var pattern = patterns.next();
      assertTrue(decoy.get("samples").size() > 0, decoy.get("id").asText());
      samples(decoy.get("samples"))
          .map(line -> ErrnoWords.marked(line.asText()))
          .forEach(line -> assertTrue(pattern.matcher(line).find(), line));
    }
  }

  @Test
  void everyRuleHasAnIdOfItsOwnAndSamplesThatTheTokensFind() {
    Set<String> ids = new HashSet<>();
    Tokens tokens = new Tokens(FILE.tokens());
    rules()
        .forEach(rule -> {
          assertTrue(ids.add(rule.get("id").asText()), rule.get("id").asText());
          assertTrue(rule.get("matches").size() > 0, rule.get("id").asText());
          samples(rule.get("matches"))
              .map(sample -> sample.get("line").asText().getBytes(UTF_8))
              .forEach(line -> assertTrue(tokens.find(line, 0, line.length) >= 0));
        });
  }

  private static Stream<JsonNode> rules() {
    return StreamSupport.stream(FILE.root().get("rules").spliterator(), false);
  }

  private static Stream<JsonNode> samples(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Optional<String> text(JsonNode sample, String key) {
    return sample.has(key) ? Optional.of(sample.get(key).asText()) : Optional.empty();
  }
}
