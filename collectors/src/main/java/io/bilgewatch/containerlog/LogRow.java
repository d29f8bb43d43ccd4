package io.bilgewatch.containerlog;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What one row of a log file holds; used again for the next row. */
final class LogRow {
  private static final int FIRST_BUFFER = 16 << 10;

  /** What the container printed, without the line's end. */
  byte[] text = new byte[FIRST_BUFFER];

  int length;

  /** Whether it goes on in the next row of the same stream. */
  boolean partial;

  boolean standardError;

  /** Whether the row was understood; if not, nothing else here is of use. */
  boolean valid;

  private long seconds;
  private int nanoseconds;
  private boolean hasTime;

  void clear() {
    length = 0;
    partial = false;
    standardError = false;
    valid = false;
    hasTime = false;
  }

  void append(int b) {
    if (length == text.length) {
      text = Arrays.copyOf(text, 2 * length);
    }
    text[length++] = (byte) b;
  }

  void append(byte[] bytes, int from, int to) {
    int count = to - from;
    if (length + count > text.length) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + count));
    }
    System.arraycopy(bytes, from, text, length, count);
    length += count;
  }

  void time(long epochSeconds, int nanosOfSecond) {
    seconds = epochSeconds;
    nanoseconds = nanosOfSecond;
    hasTime = true;
  }

  /** When the engine got it; empty where the row does not say. */
  Optional<Instant> time() {
    try {
      return hasTime ? Optional.of(Instant.ofEpochSecond(seconds, nanoseconds)) : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /** Takes the line's end away; without one, the line goes on. */
  void endLine() {
    partial = length == 0 || text[length - 1] != '\n';
    if (!partial) {
      length--;
    }
  }
}
