package io.bilgewatch.containerlog;

import io.bilgewatch.kernel.KernelPath;

/**
 * A line of a log as text to be matched: without colours and other control sequences (ECMA-48 5.4),
 * tabs as blanks, printable, and no longer than a rule needs to see. The escapes of a message
 * within a message (JSON, logfmt) are undone, one level of them.
 */
final class LogText {
  /** Bytes looked at on each side of what made the line worth looking at. */
  private static final int REACH = 640;

  private static final byte ESCAPE = 0x1b;
  private static final byte BELL = 0x07;

  private LogText() {}

  /** The text around an offset. */
  static String around(byte[] line, int from, int to, int hit) {
    int first = Math.max(from, hit - REACH);
    int behind = Math.min(to, hit + REACH);
    byte[] plain = new byte[behind - first];
    int length = plain(line, first, behind, plain);
    return KernelPath.display(plain, 0, length);
  }

  private static int plain(byte[] line, int from, int to, byte[] into) {
    int length = 0;
    int at = from;
    while (at < to) {
      byte b = line[at];
      if (b == ESCAPE) {
        at = behindSequence(line, at, to);
        continue;
      }
      if (b == '\t') {
        into[length++] = ' ';
      } else if (b < 0 || (b >= ' ' && b != 0x7f)) {
        into[length++] = b;
      }
      at++;
    }
    return length;
  }

  /** CSI up to its final byte, OSC up to BEL or ESC; any other sequence is two bytes. */
  private static int behindSequence(byte[] line, int escape, int to) {
    int at = escape + 2;
    if (at > to) {
      return to;
    }
    if (line[escape + 1] == '[') {
      while (at < to && line[at] >= ' ' && line[at] < '@') {
        at++;
      }
      return Math.min(to, at + 1);
    }
    if (line[escape + 1] == ']') {
      while (at < to && line[at] != BELL && line[at] != ESCAPE) {
        at++;
      }
      return at < to && line[at] == BELL ? at + 1 : at;
    }
    return at;
  }

  /** A message that was put into JSON, logfmt or a quoted string, as it was before. */
  static String unescaped(String text) {
    int next = text.indexOf('\\');
    if (next < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    int done = 0;
    while (next >= 0) {
      plain.append(text, done, next);
      done = next + append(plain, text, next);
      next = text.indexOf('\\', done);
    }
    return plain.append(text, done, text.length()).toString();
  }

  /** Appends what an escape stands for, and says how long it is. */
  private static int append(StringBuilder plain, String text, int at) {
    char escaped = at + 1 < text.length() ? text.charAt(at + 1) : 0;
    switch (escaped) {
      case '"', '\'', '/', '\\' -> plain.append(escaped);
      case 'n' -> plain.append('\n');
      case 't' -> plain.append(' ');
      case 'u' -> {
        int code = code(text, at + 2);
        if (code >= ' ' && code < 0x7f) {
          plain.append((char) code);
          return 6;
        }
        plain.append('\\');
        return 1;
      }
      default -> {
        plain.append('\\');
        return 1;
      }
    }
    return 2;
  }

  private static int code(String text, int from) {
    if (from + 4 > text.length()) {
      return -1;
    }
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = (code << 4) | digit;
    }
    return code;
  }
}
