package io.bilgewatch.cgroup;

import io.bilgewatch.kernel.Limit;
import io.bilgewatch.kernel.Malformed;
import java.util.Arrays;

/**
 * Files of a cgroup that hold one value: {@code 131047424}, or {@code max} for no limit. Version 1
 * writes no limit as the largest number that its page counter holds, {@code 9223372036854771712} on
 * pages of 4 KiB.
 */
final class CgroupValue {
  private static final byte[] MAX = {'m', 'a', 'x'};

  /** LONG_MAX rounded down to a page of 64 KiB, the largest page there is; never a real limit. */
  private static final long UNLIMITED_FROM = Long.MAX_VALUE & -(64L << 10);

  private CgroupValue() {}

  /** A limit of version 1 or 2. */
  static Limit limit(String source, byte[] text) throws Malformed {
    int end = end(text);
    if (isMax(text, end)) {
      return Limit.unlimited();
    }
    return limit(number(source, text, 0, end, Long.MAX_VALUE));
  }

  /** A limit of version 1, where no limit is a number. */
  static Limit limit(long value) {
    return value >= UNLIMITED_FROM ? Limit.unlimited() : Limit.bytes(value);
  }

  /** A plain count, such as {@code memory.current}. */
  static long count(String source, byte[] text) throws Malformed {
    return digits(source, text, 0, end(text));
  }

  /** Decimal digits of a number below 2^63. */
  static long digits(String source, byte[] text, int from, int to) throws Malformed {
    long value = number(source, text, from, to, -1);
    if (value < 0) {
      throw new Malformed(source, from, "a number below 2^63", text);
    }
    return value;
  }

  private static long number(String source, byte[] text, int from, int to, long overflow)
      throws Malformed {
    long value = 0;
    boolean fits = true;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new Malformed(source, Math.min(from, text.length), "a number", text);
      }
      fits = fits && value <= (Long.MAX_VALUE - digit) / 10;
      value = value * 10 + digit;
    }
    if (from >= to) {
      throw new Malformed(source, Math.min(from, text.length), "a number", text);
    }
    return fits ? value : overflow;
  }

  static int indexOf(byte[] text, char wanted, int from, int to) {
    int at = from;
    while (at < to && text[at] != wanted) {
      at++;
    }
    return at;
  }

  private static int end(byte[] text) {
    return indexOf(text, '\n', 0, text.length);
  }

  private static boolean isMax(byte[] text, int end) {
    return Arrays.equals(text, 0, end, MAX, 0, MAX.length);
  }
}
