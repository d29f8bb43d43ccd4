package io.bilgewatch.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
  private static final ObjectMapper ORACLE =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"text\"",
        "{\"a\":{\"b\":[1,-2,{\"c\":null},[],[[true,false]]]},\"d\":\"\\u00e9\\n\"}",
        "[2147483647,2147483648,9223372036854775807,9223372036854775808,-9223372036854775809]",
        "[0.5,1e3,1e400,-0.0,123456789012345678901234567890.5]",
        "{\"twice\":1,\"twice\":{\"last\":true}}",
        "{\"\":\"\",\"a\\\"b\":{}}",
        "",
        "  \n",
      })
  void isTheTreeOfAnObjectMapper(String json) throws IOException {
    assertEquals(ORACLE.readTree(json), tree(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "[1", "{\"a\":}", "{\"a\" 1}", "[1,]", "{} {}", "[] x", "nul", "01", "'a'"})
  void refusesWhatAnObjectMapperRefuses(String json) {
    assertThrows(JsonProcessingException.class, () -> ORACLE.readTree(json));
    assertThrows(JsonProcessingException.class, () -> tree(json));
  }

  @Test
  void isAsDeepAsTheParserLetsItBe() {
    String deep = "[".repeat(100_000);
    assertTrue(
        assertThrows(JsonProcessingException.class, () -> tree(deep))
            .getMessage()
            .contains("nesting depth"));
  }

  private static JsonNode tree(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      return JsonTree.read(parser);
    }
  }
}
