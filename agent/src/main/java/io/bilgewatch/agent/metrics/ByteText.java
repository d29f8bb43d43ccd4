package io.bilgewatch.agent.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Text as bytes, handed on piece by piece. What is appended makes no objects. */
final class ByteText {
  /** Whole numbers up to here are exact as doubles, and are written as such. */
  private static final double EXACT = 1L << 53;

  private static final int PIECE = 8 << 10;
  private static final int MOST_DIGITS = 20;

  private final OutputStream out;
  private final byte[] bytes = new byte[PIECE];
  private final StringBuilder fraction = new StringBuilder(32);
  private int used;

  ByteText(OutputStream out) {
    this.out = out;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void append(String text) throws IOException {
    append(text.getBytes(StandardCharsets.UTF_8));
  }

  void append(byte[] some) throws IOException {
    if (some.length > bytes.length - used) {
      flush();
      if (some.length > bytes.length) {
        out.write(some, 0, some.length);
        return;
      }
    }
    System.arraycopy(some, 0, bytes, used, some.length);
    used += some.length;
  }

  void append(char ascii) throws IOException {
    if (used == bytes.length) {
      flush();
    }
    bytes[used++] = (byte) ascii;
  }

  /** A value as both text formats have it. */
  void append(double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
      append((long) value);
    } else if (Double.isInfinite(value)) {
      append(value > 0 ? "+Inf" : "-Inf");
    } else {
      fraction.setLength(0);
      fraction.append(value);
      for (int i = 0; i < fraction.length(); i++) {
        append(fraction.charAt(i));
      }
    }
  }

  void flush() throws IOException {
    out.write(bytes, 0, used);
    used = 0;
  }

  private void append(long value) throws IOException {
    if (MOST_DIGITS > bytes.length - used) {
      flush();
    }
    if (value < 0) {
      bytes[used++] = '-';
    }
    // EXACT is far from where a long has no negative.
    long rest = Math.abs(value);
    int end = used + digits(rest);
    int at = end;
    // A division of ints costs a third of one of longs.
    for (; rest > Integer.MAX_VALUE; rest /= 10) {
      bytes[--at] = (byte) ('0' + rest % 10);
    }
    int small = (int) rest;
    do {
      bytes[--at] = (byte) ('0' + small % 10);
      small /= 10;
    } while (at > used);
    used = end;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long most = 10; digits < MOST_DIGITS - 1 && value >= most; most *= 10) {
      digits++;
    }
    return digits;
  }
}
