package io.bilgewatch.kernellog;

/** Undoes what the kernel does to bytes that its text can't hold as they are. */
final class Escapes {
  private Escapes() {}

  /**
   * The text of a {@code /dev/kmsg} record, a char a byte: the kernel writes control bytes, those
   * from 0x7f on and the backslash itself as {@code \xNN}.
   */
  static String unescape(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      int escaped =
          bytes[i] == '\\' && i + 3 < to && bytes[i + 1] == 'x' ? hexByte(bytes, i + 2) : -1;
      if (escaped >= 0) {
        text.append((char) escaped);
        i += 3;
      } else {
        text.append((char) (bytes[i] & 0xff));
      }
    }
    return text.toString();
  }

  private static int hexByte(byte[] bytes, int at) {
    int high = Character.digit(bytes[at], 16);
    int low = Character.digit(bytes[at + 1], 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /**
   * Whether an audit value without quotes is text in hexadecimal: {@code audit_log_n_hex} writes
   * upper case only.
   */
  static boolean isHex(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && (c < 'A' || c > 'F')) {
        return false;
      }
    }
    return value.length() > 0 && value.length() % 2 == 0;
  }

  /** The bytes of a value that {@link #isHex}, a char each. */
  static String ofHex(CharSequence value) {
    StringBuilder text = new StringBuilder(value.length() / 2);
    for (int i = 0; i < value.length(); i += 2) {
      int high = Character.digit(value.charAt(i), 16);
      text.append((char) (high << 4 | Character.digit(value.charAt(i + 1), 16)));
    }
    return text.toString();
  }
}
