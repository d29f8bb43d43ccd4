package io.bilgewatch.docker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import io.bilgewatch.kernel.Malformed;
import java.io.IOException;
import java.util.Arrays;

/** A whole JSON document (RFC 8259) from bytes, bounded in size, depth and number of tokens. */
final class JsonText {
  /** What Docker writes has some kilobytes. */
  static final int MAX_BYTES = 16 << 20;

  /** What Docker writes goes eight deep. */
  private static final int MAX_DEPTH = 100;

  /** Bounds the tree in memory; a container with a thousand labels has some thousands. */
  private static final int MAX_TOKENS = 200_000;

  private static final JsonFactory FACTORY = factory();

  private JsonText() {}

  private static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxDocumentLength(MAX_BYTES)
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(MAX_TOKENS)
                .maxStringLength(MAX_BYTES)
                .build())
        // Label names are the users' own: interned, they would stay for good.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  /**
   * The document's object.
   *
   * @throws Malformed where it is empty, cut off, not JSON, past a bound or not an object
   */
  static JsonObject object(String source, byte[] json) throws Malformed {
    JsonNode root = root(source, json);
    if (!root.isObject()) {
      throw new Malformed(source, 0, "a JSON object", first(json));
    }
    return new JsonObject(root);
  }

  /**
   * As {@link #object}, also where the object is the one element of an array, as in the output of
   * {@code docker inspect}.
   */
  static JsonObject objectOrOnly(String source, byte[] json) throws Malformed {
    JsonNode root = root(source, json);
    JsonNode only = root.isArray() && root.size() == 1 ? root.get(0) : root;
    if (!only.isObject()) {
      throw new Malformed(source, 0, "a JSON object, or an array of one", first(json));
    }
    return new JsonObject(only);
  }

  private static JsonNode root(String source, byte[] json) throws Malformed {
    if (json.length > MAX_BYTES) {
      throw new Malformed(source, MAX_BYTES, "at most " + MAX_BYTES + " bytes", new byte[0]);
    }
    try (JsonParser parser = FACTORY.createParser(json)) {
      return JsonTree.read(parser);
    } catch (JacksonException e) {
      throw unreadable(source, json, offset(e.getLocation(), json));
    } catch (IOException | RuntimeException e) {
      // Bytes in no encoding of JSON: the reader throws what its decoder throws.
      throw unreadable(source, json, 0);
    }
  }

  /** Shows one byte only: the document holds the container's environment, and that passwords. */
  private static Malformed unreadable(String source, byte[] json, int offset) {
    String expected = "the rest of a JSON document (of " + json.length + " bytes)";
    return new Malformed(
        source, offset, expected, Arrays.copyOf(json, Math.min(json.length, offset + 1)));
  }

  private static byte[] first(byte[] json) {
    return Arrays.copyOf(json, Math.min(json.length, 1));
  }

  private static int offset(JsonLocation location, byte[] json) {
    long offset = location == null ? 0 : location.getByteOffset();
    return Math.clamp(offset, 0, json.length);
  }
}
