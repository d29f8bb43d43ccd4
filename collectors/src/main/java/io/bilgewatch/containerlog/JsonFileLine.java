package io.bilgewatch.containerlog;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * A row of Docker's {@code json-file} driver. Written by the engine, so only as strict as it takes
 * to tell a row from the remains of one; keys that a later engine adds are skipped.
 *
 * <pre>{@code
 * {"log":"mkdir: can't create directory '/srv'\n","stream":"stderr","attrs":{"k":"v"},"time":"2024-01-02T03:04:05.678901234Z"}
 * }</pre>
 *
 * A line longer than 16 KiB is split; all rows of it but the last lack the newline in {@code log}.
 * After a crash of the host, blocks of NUL may stand before a row.
 */
final class JsonFileLine implements RowDecoder {
  private static final byte[] LOG = {'l', 'o', 'g'};
  private static final byte[] STREAM = {'s', 't', 'r', 'e', 'a', 'm'};
  private static final byte[] TIME = {'t', 'i', 'm', 'e'};
  private static final byte[] STDERR = {'s', 't', 'd', 'e', 'r', 'r'};
  private static final int REPLACEMENT = 0xfffd;
  private static final int DEEPEST = 16;

  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  @Override
  public int decode(byte[] from, int start, int to, LogRow row) {
    int newline = start;
    while (newline < to && from[newline] != '\n') {
      newline++;
    }
    if (newline == to) {
      return INCOMPLETE;
    }
    bytes = from;
    at = start;
    end = newline;
    row.clear();
    while (at < end && bytes[at] == 0) {
      at++;
    }
    row.valid = object(row);
    return newline + 1;
  }

  @Override
  public int boundary(byte[] from, int start, int to) {
    for (int i = start; i < to; i++) {
      if (from[i] == '\n') {
        return i + 1;
      }
    }
    return to;
  }

  private boolean object(LogRow row) {
    boolean hasLog = false;
    if (!take('{')) {
      return false;
    }
    do {
      int key = stringStart();
      int behind = key < 0 ? -1 : stringEnd();
      if (behind < 0 || !take(':')) {
        return false;
      }
      boolean isLog = is(LOG, key, behind);
      hasLog |= isLog;
      if (!(isLog ? log(row) : other(row, key, behind))) {
        return false;
      }
    } while (take(','));
    boolean closed = take('}');
    skipBlanks();
    return closed && at == end && hasLog;
  }

  private boolean log(LogRow row) {
    row.length = 0;
    boolean read = stringStart() >= 0 && text(row);
    row.endLine();
    return read;
  }

  private boolean other(LogRow row, int key, int behind) {
    skipBlanks();
    if (at >= end || bytes[at] != '"') {
      return skipValue();
    }
    int from = stringStart();
    int to = stringEnd();
    if (to >= 0 && is(STREAM, key, behind)) {
      row.standardError = is(STDERR, from, to);
    } else if (to >= 0 && is(TIME, key, behind)) {
      time(row, from, to);
    }
    return to >= 0;
  }

  /** The rest of a string, its escapes undone. */
  private boolean text(LogRow row) {
    while (at < end) {
      int from = at;
      while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
        at++;
      }
      row.append(bytes, from, at);
      if (at >= end) {
        return false;
      }
      if (bytes[at++] == '"') {
        return true;
      }
      if (at >= end || !escaped(row)) {
        return false;
      }
    }
    return false;
  }

  private boolean escaped(LogRow row) {
    byte b = bytes[at++];
    switch (b) {
      case '"', '\\', '/' -> row.append(b);
      case 'b' -> row.append('\b');
      case 'f' -> row.append('\f');
      case 'n' -> row.append('\n');
      case 'r' -> row.append('\r');
      case 't' -> row.append('\t');
      case 'u' -> {
        int unit = hex();
        if (unit < 0) {
          return false;
        }
        utf8(row, paired(unit));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A surrogate with its other half, if that follows; alone it is no character. */
  private int paired(int unit) {
    if (!Character.isSurrogate((char) unit)) {
      return unit;
    }
    int before = at;
    boolean follows = at + 1 < end && bytes[at] == '\\' && bytes[at + 1] == 'u';
    if (Character.isHighSurrogate((char) unit) && follows) {
      at += 2;
      int low = hex();
      if (low >= 0 && Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) unit, (char) low);
      }
    }
    at = before;
    return REPLACEMENT;
  }

  private int hex() {
    int value = 0;
    if (at + 4 > end) {
      return -1;
    }
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(bytes[at + i], 16);
      if (digit < 0) {
        return -1;
      }
      value = (value << 4) | digit;
    }
    at += 4;
    return value;
  }

  private static void utf8(LogRow row, int point) {
    if (point < 0x80) {
      row.append(point);
      return;
    }
    if (point < 0x800) {
      row.append(0xc0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        row.append(0xe0 | (point >> 12));
      } else {
        row.append(0xf0 | (point >> 18));
        row.append(0x80 | ((point >> 12) & 0x3f));
      }
      row.append(0x80 | ((point >> 6) & 0x3f));
    }
    row.append(0x80 | (point & 0x3f));
  }

  /** RFC 3339 in UTC, as the engine writes it; any other form leaves the row without a time. */
  private void time(LogRow row, int from, int to) {
    boolean isForm = to - from >= 20 && bytes[from + 10] == 'T' && bytes[to - 1] == 'Z';
    if (!isForm) {
      return;
    }
    try {
      long day =
          LocalDate.of(number(from, 4), number(from + 5, 2), number(from + 8, 2)).toEpochDay();
      int second = number(from + 11, 2) * 3600 + number(from + 14, 2) * 60 + number(from + 17, 2);
      int nanos = 0;
      for (int i = 0, unit = 100_000_000; from + 20 + i < to - 1 && unit > 0; i++, unit /= 10) {
        nanos += number(from + 20 + i, 1) * unit;
      }
      row.time(day * 86_400 + second, nanos);
    } catch (DateTimeException _) {
      // No such day, or no digits.
    }
  }

  private int number(int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("no digit");
      }
      value = 10 * value + digit;
    }
    return value;
  }

  private boolean skipValue() {
    int depth = 0;
    while (at < end && depth <= DEEPEST) {
      byte b = bytes[at];
      if (b == '"') {
        at++;
        if (stringEnd() < 0) {
          return false;
        }
        continue;
      }
      boolean closes = b == '}' || b == ']';
      if (depth == 0 && (b == ',' || closes)) {
        return true;
      }
      depth += b == '{' || b == '[' ? 1 : closes ? -1 : 0;
      at++;
    }
    return false;
  }

  /** Moves behind the opening quote. */
  private int stringStart() {
    return take('"') ? at : -1;
  }

  /** Moves behind the closing quote; the index of that, or -1. */
  private int stringEnd() {
    while (at < end && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    return at < end ? at++ : -1;
  }

  private boolean take(char wanted) {
    skipBlanks();
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
  }

  private boolean is(byte[] word, int from, int to) {
    if (to - from != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (bytes[from + i] != word[i]) {
        return false;
      }
    }
    return true;
  }
}
