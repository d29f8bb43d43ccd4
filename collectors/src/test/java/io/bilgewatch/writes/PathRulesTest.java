package io.bilgewatch.writes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.overlay.LayerEntry;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules by their own samples. */
class PathRulesTest {
  private static final Optional<LayerEntry.Type> FILE = Optional.of(LayerEntry.Type.FILE);

  private final PathRules rules = PathRules.shipped();

  static Stream<JsonNode> rules() {
    Stream.Builder<JsonNode> all = Stream.builder();
    PathRules.document().get("rules").forEach(all);
    return all.build();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleIsOfItsSamplesAndNotOfOthers(JsonNode rule) {
    String id = rule.get("id").asText();
    assertTrue(
        rule.has("type") || !rule.get("matches").isEmpty(), "no sample shows that it is right");
    rule.get("matches")
        .forEach(path -> assertEquals(id, rules.of(path.asText(), FILE).id(), path::asText));
    if (rule.has("rejects")) {
      rule.get("rejects")
          .forEach(
              path -> assertTrue(!rules.of(path.asText(), FILE).id().equals(id), path::asText));
    }
  }

  @Test
  void eachHasItsOwnName() {
    Set<String> ids = new HashSet<>();
    rules().forEach(rule -> assertTrue(ids.add(rule.get("id").asText()), rule::toString));
  }

  @ParameterizedTest
  @CsvSource({
    "/run/app.sock, SOCKET, socket",
    "/srv/pipe,     FIFO,   fifo",
    "/srv/x,        FILE,   unknown",
    "/srv/🦖,       FILE,   unknown",
  })
  void typesCountWhereTheNameSaysNothing(String path, LayerEntry.Type type, String id) {
    assertEquals(id, rules.of(path, Optional.of(type)).id());
  }

  /** A container chooses the path: it may be long, and made to be slow. */
  @Test
  void aLongPathIsJudgedByItsEndAndInNoTime() {
    String deep = "/cache".repeat(100_000);
    long began = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertEquals("pid-file", rules.of("/srv" + deep + "/x.pid", FILE).id());
    }
    assertTrue(System.nanoTime() - began < 2_000_000_000L);
  }
}
