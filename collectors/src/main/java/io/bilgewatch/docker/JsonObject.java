package io.bilgewatch.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An object of a JSON document, read leniently: what is missing, null or of another type reads as
 * empty. Docker writes null for an empty list, and releases disagree on types.
 */
record JsonObject(JsonNode node) {

  /** Whether the key is there with a value other than null. */
  boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** The text under the first of the keys that has one; empty where none has. */
  String text(String... keys) {
    for (String key : keys) {
      String text = text(node.path(key));
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  boolean flag(String key) {
    return node.path(key).asBoolean(false);
  }

  /** A whole number; 0 where it is missing or does not fit. */
  long number(String key) {
    JsonNode value = node.path(key);
    return value.isNumber() && !value.canConvertToLong() ? 0 : value.asLong(0);
  }

  /** The object under the key; without any members where there is none. */
  JsonObject object(String key) {
    return new JsonObject(node.path(key));
  }

  /** The objects of the array under the key. */
  List<JsonObject> objects(String key) {
    List<JsonObject> objects = new ArrayList<>();
    if (node.path(key).isArray()) {
      node.path(key).forEach(element -> objects.add(new JsonObject(element)));
    }
    return objects;
  }

  /** The members of this object. */
  Map<String, JsonObject> members() {
    Map<String, JsonObject> members = new LinkedHashMap<>();
    node.properties().forEach(e -> members.put(e.getKey(), new JsonObject(e.getValue())));
    return members;
  }

  /** The texts of the array under the key; a single text stands for an array of one. */
  List<String> texts(String key) {
    JsonNode value = node.path(key);
    if (!value.isArray()) {
      return text(value).isEmpty() ? List.of() : List.of(text(value));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      if (element.isValueNode() && !element.isNull()) {
        texts.add(element.asText());
      }
    }
    return texts;
  }

  /** The members of the object under the key as texts; null reads as an empty text. */
  Map<String, String> textMap(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    node.path(key).properties().forEach(e -> texts.put(e.getKey(), text(e.getValue())));
    return texts;
  }

  private static String text(JsonNode value) {
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }
}
