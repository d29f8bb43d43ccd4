package io.bilgewatch.containerlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds whether a text holds any of some words of ASCII, whatever their case. Most of a log holds
 * none, so it is made for going past: it looks at the two bytes at which a word of the shortest
 * length would end, and skips as far as these allow (Wu and Manber's search).
 */
final class Tokens {
  private static final int HASHES = 1 << 12;
  private static final byte[] LOWER = new byte[256];

  static {
    for (int i = 0; i < LOWER.length; i++) {
      LOWER[i] = (byte) (i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    }
  }

  private final int shortest;
  private final byte[] skip = new byte[HASHES];
  private final byte[][][] ending = new byte[HASHES][][];

  /** Every word has two bytes at least, in lower case. */
  Tokens(List<String> words) {
    shortest = words.stream().mapToInt(String::length).min().orElseThrow();
    if (shortest < 2 || shortest > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("a word of " + shortest + " bytes");
    }
    Arrays.fill(skip, (byte) (shortest - 1));
    for (String word : words) {
      add(word.getBytes(ISO_8859_1));
    }
  }

  private void add(byte[] word) {
    for (int i = 1; i < shortest; i++) {
      int hash = hash(word[i - 1], word[i]);
      skip[hash] = (byte) Math.min(skip[hash], shortest - 1 - i);
    }
    int last = hash(word[shortest - 2], word[shortest - 1]);
    List<byte[]> words = new ArrayList<>();
    if (ending[last] != null) {
      words.addAll(List.of(ending[last]));
    }
    words.add(word);
    ending[last] = words.toArray(byte[][]::new);
  }

  /** The index of the first word, or -1. */
  int find(byte[] text, int from, int to) {
    int at = from + shortest - 1;
    while (at < to) {
      int hash = hash(LOWER[text[at - 1] & 0xff], LOWER[text[at] & 0xff]);
      int ahead = skip[hash];
      if (ahead > 0) {
        at += ahead;
        continue;
      }
      int start = at - shortest + 1;
      if (isAnyAt(ending[hash], text, start, to)) {
        return start;
      }
      at++;
    }
    return -1;
  }

  private static boolean isAnyAt(byte[][] words, byte[] text, int start, int to) {
    for (byte[] word : words) {
      if (isAt(word, text, start, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] word, byte[] text, int start, int to) {
    if (start + word.length > to) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (LOWER[text[start + i] & 0xff] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte first, byte second) {
    return (((first & 0xff) << 5) ^ (second & 0xff)) & (HASHES - 1);
  }
}
