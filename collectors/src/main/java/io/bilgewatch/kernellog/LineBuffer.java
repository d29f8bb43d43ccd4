package io.bilgewatch.kernellog;

import java.nio.charset.StandardCharsets;

/** Makes lines of pieces; the end of what was written so far waits for its newline. */
final class LineBuffer {
  /** The longest audit record is 8970 bytes, and its explanations hardly double that. */
  static final int MOST_BYTES = 32 << 10;

  private byte[] bytes = new byte[MOST_BYTES];
  private int from;
  private int to;
  private int searched;
  private boolean skipping;
  private int overlong;

  /** What is read next begins in the midst of a line. */
  void skipLine() {
    skipping = true;
  }

  /** Takes over a piece; what was there before has to be taken out first, up to half a line. */
  void add(byte[] piece, int count) {
    int kept = to - from;
    if (kept + count > bytes.length) {
      byte[] larger = new byte[kept + count];
      System.arraycopy(bytes, from, larger, 0, kept);
      bytes = larger;
    } else {
      System.arraycopy(bytes, from, bytes, 0, kept);
    }
    System.arraycopy(piece, 0, bytes, kept, count);
    searched -= from;
    from = 0;
    to = kept + count;
  }

  /** The next whole line, a char a byte; null where there is none yet. */
  String next() {
    while (true) {
      while (searched < to && bytes[searched] != '\n') {
        searched++;
      }
      if (searched == to) {
        dropOverlong();
        return null;
      }
      int begin = from;
      int end = searched;
      searched++;
      from = searched;
      if (skipping) {
        skipping = false;
      } else if (end - begin > MOST_BYTES) {
        overlong++;
      } else {
        return new String(bytes, begin, end - begin, StandardCharsets.ISO_8859_1);
      }
    }
  }

  private void dropOverlong() {
    if (skipping || to - from > MOST_BYTES) {
      overlong += skipping ? 0 : 1;
      skipping = true;
      from = to;
    }
  }

  boolean hasOverlong() {
    return overlong > 0;
  }

  /** How many lines were too long since the last time this was asked. */
  int takeOverlong() {
    int count = overlong;
    overlong = 0;
    return count;
  }

  /** Forgets half a line; whether there was one. */
  boolean clear() {
    boolean half = to > from || skipping;
    from = 0;
    to = 0;
    searched = 0;
    skipping = false;
    return half;
  }
}
