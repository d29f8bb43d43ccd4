package io.bilgewatch.agent.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bilgewatch.agent.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The schema for editors takes what the reader takes, and refuses what it refuses. */
class SchemaTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("bilgewatch.root"));

  private final JsonNode schema =
      MAPPER.readTree(ROOT.resolve("docs/contract.schema.json").toFile());

  SchemaTest() throws IOException {}

  @Test
  void hasEveryKeyAndNoOther() {
    JsonNode whole = yaml(ContractFileTest.WHOLE);
    assertEquals(names(schema.at("/properties")), names(whole));
    assertEquals(
        names(schema.at("/properties/applies-to/properties")), names(whole.get("applies-to")));
    assertEquals(
        names(schema.at("/properties/writable/items/properties")), names(whole.at("/writable/0")));
    assertAgree(ContractFileTest.WHOLE, true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "root: read-only  | root: writable       | true",
        "root: read-only  |                      | true",
        "user: \"101:101\"| user: any            | true",
        "user: \"101:101\"| user: 0              | true",
        "size: 1MiB       | size: 4096           | true",
        "kind: volume     | kind: bind           | true",
        "[/etc, /usr]     | []                   | true",
        "[/etc, /usr]     | [/etc/a b]           | true",
        "contract: 1      | contract: 2          | false",
        "contract: 1      | version: 1           | false",
        "name: shop-web   | nmae: shop-web       | false",
        "name: shop-web   | name: a b            | false",
        "root: read-only  | root: ro             | false",
        "user: \"101:101\"| user: nobody         | false",
        "user: \"101:101\"| user: -1             | false",
        "kind: tmpfs      | kind: memory         | false",
        "kind: tmpfs      | kind: bind           | false",
        "size: 1MiB       | size: 1MB            | false",
        "size: 1MiB       | size: 0              | false",
        "size: 1MiB       | sise: 1MiB           | false",
        "nosuid, nodev    | nosiud, nodev        | false",
        "path: /run       | path: run            | false",
        "path: /run       | path: /run/          | false",
        "path: /run       | path: /a/../run      | false",
        "path: /run       | path: /              | false",
        "[/etc, /usr]     | [/etc, usr]          | false",
        "[/etc, /usr]     | 7                    | false",
        ", why: what customers upload |          | false",
      })
  void agreesWithTheReader(String right, String other, boolean valid) {
    assertTrue(ContractFileTest.WHOLE.contains(right), right);
    String text = ContractFileTest.WHOLE.replace(right, other == null ? "" : other);
    assertNotEquals(ContractFileTest.WHOLE, text);
    assertAgree(text, valid);
  }

  @Test
  void examplesAreValid() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("packaging/examples"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yml")).toList()) {
        assertAgree(Files.readString(file), true);
      }
    }
    String document = Files.readString(ROOT.resolve("docs/contract.md"));
    long samples =
        Pattern.compile("(?s)```yaml\n(contract: 1.*?)```")
            .matcher(document)
            .results()
            .peek(sample -> assertAgree(sample.group(1), true))
            .count();
    assertTrue(samples > 0);
  }

  private void assertAgree(String text, boolean valid) {
    assertEquals(valid, isRead(text), text);
    assertEquals(valid, isValid(schema, yaml(text)), text);
  }

  private static boolean isRead(String text) {
    try {
      ContractFile.parse("a.yml", text);
      return true;
    } catch (ConfigurationException e) {
      return false;
    }
  }

  private static JsonNode yaml(String text) {
    Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    return MAPPER.valueToTree(read);
  }

  private static Set<String> names(JsonNode node) {
    Set<String> names = new HashSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** As much of JSON Schema as the schema uses; an unknown word fails. */
  private boolean isValid(JsonNode rule, JsonNode value) {
    if (rule.isBoolean()) {
      return rule.asBoolean();
    }
    boolean valid = true;
    for (String word : names(rule)) {
      valid &= isValid(word, rule, value);
    }
    return valid;
  }

  private boolean isValid(String word, JsonNode rule, JsonNode value) {
    JsonNode wanted = rule.get(word);
    return switch (word) {
      case "$schema", "$id", "title", "description", "default", "definitions", "then", "else" ->
          true;
      case "$ref" -> isValid(schema.at(wanted.asText().substring(1)), value);
      case "type" -> types(wanted).anyMatch(type -> isOf(type, value));
      case "const" -> wanted.equals(value);
      case "enum" -> elements(wanted).anyMatch(value::equals);
      case "anyOf" -> elements(wanted).anyMatch(one -> isValid(one, value));
      case "required" ->
          !value.isObject() || elements(wanted).allMatch(name -> value.has(name.asText()));
      case "properties" ->
          !value.isObject()
              || names(wanted).stream()
                  .allMatch(name -> !value.has(name) || isValid(wanted.get(name), value.get(name)));
      case "additionalProperties" ->
          !value.isObject()
              || names(value).stream()
                  .filter(name -> !rule.path("properties").has(name))
                  .allMatch(name -> isValid(wanted, value.get(name)));
      case "items" -> !value.isArray() || elements(value).allMatch(one -> isValid(wanted, one));
      case "pattern" ->
          !value.isTextual() || Pattern.compile(wanted.asText()).matcher(value.asText()).find();
      case "minLength" -> !value.isTextual() || value.asText().length() >= wanted.asInt();
      case "maxLength" -> !value.isTextual() || value.asText().length() <= wanted.asInt();
      case "minimum" -> !value.isNumber() || value.asLong() >= wanted.asLong();
      case "maximum" -> !value.isNumber() || value.asLong() <= wanted.asLong();
      case "minProperties" -> !value.isObject() || value.size() >= wanted.asInt();
      case "maxProperties" -> !value.isObject() || value.size() <= wanted.asInt();
      case "maxItems" -> !value.isArray() || value.size() <= wanted.asInt();
      case "if" -> isValid(rule.get(isValid(wanted, value) ? "then" : "else"), value);
      default -> throw new AssertionError(word);
    };
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::get);
  }

  private static Stream<String> types(JsonNode wanted) {
    return wanted.isTextual() ? Stream.of(wanted.asText()) : elements(wanted).map(JsonNode::asText);
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> throw new AssertionError(type);
    };
  }
}
