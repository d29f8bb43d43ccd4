package io.bilgewatch.oom;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** Decimal digits in a text. */
final class Numbers {
  private static final String KILOBYTES = "kB";

  private Numbers() {}

  /** The number that the characters are; empty where one of them is no digit or it is too large. */
  static OptionalLong of(String text, int from, int to) {
    if (from >= to || to - from > 20) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
        return OptionalLong.empty();
      }
      value = value * 10 + digit;
    }
    return OptionalLong.of(value);
  }

  static OptionalLong of(String text) {
    return of(text, 0, text.length());
  }

  /** As {@link #of}, with the unit behind it. */
  static OptionalLong kilobytes(String text) {
    return text.endsWith(KILOBYTES)
        ? of(text, 0, text.length() - KILOBYTES.length())
        : OptionalLong.empty();
  }

  static OptionalInt integer(String text, int from, int to) {
    OptionalLong value = of(text, from, to);
    return value.isPresent() && value.getAsLong() <= Integer.MAX_VALUE
        ? OptionalInt.of((int) value.getAsLong())
        : OptionalInt.empty();
  }

  static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  /** One behind the digits that stand from here on. */
  static int endOfDigits(String text, int from) {
    int to = from;
    while (isDigit(text, to)) {
      to++;
    }
    return to;
  }
}
