package io.bilgewatch.kernel;

/**
 * Walks over the fields of one line, which are parted by single blanks: two blanks in a row part an
 * empty field. Holds no copy of the text.
 */
public final class Cursor {
  private final String source;
  private final byte[] text;
  private final int end;
  private int next;
  private int from;
  private int to;

  /**
   * @param source names the text in errors
   * @param from the line's first byte
   * @param end one behind its last
   */
  public Cursor(String source, byte[] text, int from, int end) {
    this.source = source;
    this.text = text;
    this.next = from;
    this.from = from;
    this.to = from;
    this.end = end;
  }

  /**
   * Moves to the next field.
   *
   * @throws Malformed where the line has no more
   */
  public Cursor next(String expected) throws Malformed {
    if (next > end) {
      throw malformed(end, expected);
    }
    from = next;
    to = from;
    while (to < end && text[to] != ' ') {
      to++;
    }
    next = to + 1;
    return this;
  }

  /** Moves to all that is left, blanks included. */
  public Cursor rest(String expected) throws Malformed {
    if (next > end) {
      throw malformed(end, expected);
    }
    from = next;
    to = end;
    next = end + 1;
    return this;
  }

  /** The first byte of the field. */
  public int from() {
    return from;
  }

  /** One behind the field's last byte. */
  public int to() {
    return to;
  }

  public boolean is(char only) {
    return to - from == 1 && text[from] == only;
  }

  /** The field as a number of decimal digits that fits an int. */
  public int integer(String expected) throws Malformed {
    return integer(from, to, expected);
  }

  /** A part of the field as a number of decimal digits that fits an int. */
  public int integer(int first, int behind, String expected) throws Malformed {
    long value = 0;
    for (int i = first; i < behind; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw malformed(first, expected);
      }
      value = value * 10 + digit;
      if (value > Integer.MAX_VALUE) {
        throw malformed(first, expected);
      }
    }
    if (first == behind) {
      throw malformed(first, expected);
    }
    return (int) value;
  }

  public Malformed malformed(int offset, String expected) {
    return new Malformed(source, offset, expected, text);
  }
}
