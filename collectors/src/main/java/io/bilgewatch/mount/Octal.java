package io.bilgewatch.mount;

import io.bilgewatch.kernel.KernelPath;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The kernel's escapes in mount tables ({@code seq_escape}, fs/seq_file.c): a backslash and three
 * octal digits stand for one byte, as {@code \040} for a blank.
 */
final class Octal {
  private static final int ESCAPE_LENGTH = 4;

  private Octal() {}

  static KernelPath path(byte[] text, int from, int to) {
    return KernelPath.of(decode(text, from, to));
  }

  /** A backslash without three octal digits behind it stands for itself. */
  static byte[] decode(byte[] text, int from, int to) {
    byte[] decoded = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; ) {
      int value = escape(text, i, to);
      decoded[length++] = value < 0 ? text[i] : (byte) value;
      i += value < 0 ? 1 : ESCAPE_LENGTH;
    }
    return Arrays.copyOf(decoded, length);
  }

  /** The byte of the escape that begins here, or -1 where none does. */
  private static int escape(byte[] text, int at, int to) {
    if (text[at] != '\\' || to - at < ESCAPE_LENGTH) {
      return -1;
    }
    int value = 0;
    for (int i = at + 1; i < at + ESCAPE_LENGTH; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 7) {
        return -1;
      }
      value = value << 3 | digit;
    }
    return value > 0xff ? -1 : value;
  }

  /** UTF-8 as text; a byte that is not UTF-8 becomes an escape, which {@link #decode} undoes. */
  static String text(byte[] bytes, int from, int to) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    CharBuffer out = CharBuffer.allocate(ESCAPE_LENGTH * (to - from));
    while (true) {
      CoderResult result = decoder.reset().decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        putEscaped(out, in.get());
      }
    }
  }

  private static void putEscaped(CharBuffer out, byte b) {
    out.put('\\');
    for (int shift = 6; shift >= 0; shift -= 3) {
      out.put((char) ('0' + ((b & 0xff) >> shift & 7)));
    }
  }
}
