package io.bilgewatch.containerlog;

import java.util.Arrays;
import java.util.Optional;

/**
 * Joins the rows of a line that the engine split, for each of the two streams, up to a bound. What
 * a longer line has beyond it is counted and not kept.
 */
final class LineJoiner {
  /** A stack trace in one JSON line is rarely longer. */
  static final int LONGEST = 64 << 10;

  private final Pending out = new Pending();
  private final Pending error = new Pending();
  private long skippedBytes;

  /** What came of a line so far. */
  private static final class Pending {
    private byte[] text = new byte[0];
    private int length;
  }

  /** Is given whole lines; the bytes are the caller's again afterwards. */
  interface Lines {
    void line(byte[] text, int length, LogRow last);
  }

  void offer(LogRow row, Lines lines) {
    Pending pending = row.standardError ? error : out;
    if (!row.partial && pending.length == 0) {
      lines.line(row.text, row.length, row);
      return;
    }
    append(pending, row);
    if (!row.partial) {
      lines.line(pending.text, pending.length, row);
      pending.length = 0;
    }
  }

  private void append(Pending pending, LogRow row) {
    int count = Math.min(row.length, LONGEST - pending.length);
    skippedBytes += row.length - count;
    int length = pending.length + count;
    if (length > pending.text.length) {
      int size = Math.min(LONGEST, Math.max(2 * pending.text.length, length));
      pending.text = Arrays.copyOf(pending.text, size);
    }
    System.arraycopy(row.text, 0, pending.text, pending.length, count);
    pending.length = length;
  }

  /** Hands on what was begun, as if it had ended. */
  void flush(LogLine lines) {
    for (Pending pending : new Pending[] {out, error}) {
      if (pending.length > 0) {
        lines.read(pending.text, pending.length, Optional.empty());
        pending.length = 0;
      }
    }
  }

  /** What was begun has no end: the file was cut or something skipped. */
  void reset() {
    out.length = 0;
    error.length = 0;
    out.text = new byte[0];
    error.text = new byte[0];
  }

  /** Bytes of lines beyond the bound, since the last call. */
  long takeSkippedBytes() {
    long taken = skippedBytes;
    skippedBytes = 0;
    return taken;
  }
}
