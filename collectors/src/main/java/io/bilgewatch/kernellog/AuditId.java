package io.bilgewatch.kernellog;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What all records of one event share: when it began, and a number that the kernel counts up.
 * {@code 1405454041.341:73} in {@code audit(1405454041.341:73): }.
 */
public record AuditId(long seconds, int millis, long serial) implements Comparable<AuditId> {
  /** Of a line that somebody copied without it; the kernel counts from 1. */
  public static final AuditId NONE = new AuditId(0, 0, 0);

  private static final int MOST_DIGITS = 17;

  public AuditId {
    if (seconds < 0 || millis < 0 || millis > 999 || serial < 0) {
      throw new IllegalArgumentException(seconds + "." + millis + ":" + serial);
    }
  }

  /** Reads {@code seconds.millis:serial}. */
  public static Optional<AuditId> parse(String text) {
    int dot = text.indexOf('.');
    int colon = text.indexOf(':');
    if (dot < 0 || colon != dot + 4) {
      return Optional.empty();
    }
    long seconds = number(text, 0, dot);
    long millis = number(text, dot + 1, colon);
    long serial = number(text, colon + 1, text.length());
    return seconds < 0 || millis < 0 || serial < 0
        ? Optional.empty()
        : Optional.of(new AuditId(seconds, (int) millis, serial));
  }

  private static long number(String text, int from, int to) {
    if (from == to || to - from > MOST_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  public Instant instant() {
    return Instant.ofEpochSecond(seconds, millis * 1_000_000L);
  }

  @Override
  public int compareTo(AuditId other) {
    int byTime = Long.compare(seconds * 1000 + millis, other.seconds * 1000 + other.millis);
    return byTime != 0 ? byTime : Long.compare(serial, other.serial);
  }

  /** As the kernel writes it. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d.%03d:%d", seconds, millis, serial);
  }
}
