package io.bilgewatch.agent.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Some labels of a sample, with the text that every one of their samples has: {@code
 * container="web",container_id="0123456789ab"}.
 */
final class LabelPairs {
  static final LabelPairs NONE = new LabelPairs(new String[0], new byte[0], 0);

  private final String[] values;
  private final byte[] text;
  private final int hash;

  private LabelPairs(String[] values, byte[] text, int hash) {
    this.values = values;
    this.text = text;
    this.hash = hash;
  }

  static LabelPairs of(List<String> names, String... values) {
    if (names.size() != values.length) {
      throw new IllegalArgumentException(names + " are not the names of " + values.length);
    }
    StringBuilder text = new StringBuilder();
    int hash = 0;
    for (int i = 0; i < values.length; i++) {
      String name = names.get(i);
      text.append(i == 0 ? "" : ",").append(name).append("=\"");
      Escaping.LABEL.append(text, values[i]);
      text.append('"');
      // A sum, so that it is the same however the labels of a sample are split.
      hash += mix(31 * name.hashCode() + values[i].hashCode());
    }
    return new LabelPairs(values.clone(), text.toString().getBytes(StandardCharsets.UTF_8), hash);
  }

  /**
   * Hashes of names with a number at their end differ by little, and their sums would be the same.
   */
  private static int mix(int hash) {
    int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
    mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
    return mixed ^ mixed >>> 16;
  }

  byte[] text() {
    return text;
  }

  boolean isEmpty() {
    return text.length == 0;
  }

  int hash() {
    return hash;
  }

  /** The values of these and then of others. */
  List<String> valuesWith(LabelPairs others) {
    String[] all = Arrays.copyOf(values, values.length + others.values.length);
    System.arraycopy(others.values, 0, all, values.length, others.values.length);
    return List.of(all);
  }
}
