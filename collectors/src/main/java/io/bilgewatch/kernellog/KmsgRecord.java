package io.bilgewatch.kernellog;

import io.bilgewatch.kernel.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One record of {@code /dev/kmsg} (Documentation/ABI/testing/dev-kmsg), which one read(2) yields.
 *
 * <pre>
 * 6,2565,102258085667,-,caller=T123;eth0: link is up\n
 *  SUBSYSTEM=net\n
 *  DEVICE=+pci:0000:00:19.0\n
 *
 * level | facility &lt;&lt; 3, sequence, microseconds since boot, '-' or 'c' or '+' for a continued line,
 * what later kernels add; text; a line that begins with a blank for each KEY=value
 * </pre>
 *
 * <p>User space may write records of any text, but never with facility 0.
 *
 * @param text a char a byte, without the escapes
 * @param dictionary the {@code KEY=value} lines, and the further fields of the first line, such as
 *     {@code caller}, under their own names
 */
public record KmsgRecord(
    int level,
    int facility,
    long sequence,
    Duration sinceBoot,
    boolean continuation,
    String text,
    Map<String, String> dictionary) {
  private static final String SOURCE = "kmsg";
  private static final int MOST_DIGITS = 18;

  public KmsgRecord {
    Objects.requireNonNull(sinceBoot, "sinceBoot");
    Objects.requireNonNull(text, "text");
    dictionary = Map.copyOf(dictionary);
  }

  /** Whether the kernel itself wrote it. */
  public boolean isKernel() {
    return facility == 0;
  }

  /** Parses what one read brought. */
  public static KmsgRecord parse(byte[] bytes, int from, int to) throws Malformed {
    int semicolon = indexOf(bytes, ';', from, to);
    if (semicolon == to) {
      throw new Malformed(SOURCE, from, "prefix,sequence,microseconds,flags;text", bytes);
    }
    int second = number(bytes, from, semicolon);
    int third = number(bytes, second, semicolon);
    int flags = number(bytes, third, semicolon);
    long prefix = value(bytes, from, second - 1);
    if (prefix > Integer.MAX_VALUE) {
      throw new Malformed(SOURCE, from, "a level and facility", bytes);
    }
    int further = indexOf(bytes, ',', flags, semicolon);
    int end = indexOf(bytes, '\n', semicolon, to);
    Map<String, String> dictionary = new LinkedHashMap<>();
    furtherFields(bytes, Math.min(further + 1, semicolon), semicolon, dictionary);
    lines(bytes, Math.min(end + 1, to), to, dictionary);
    return new KmsgRecord(
        (int) prefix & 7,
        (int) prefix >> 3,
        value(bytes, second, third - 1),
        micros(value(bytes, third, flags - 1)),
        indexOf(bytes, 'c', flags, further) < further
            || indexOf(bytes, '+', flags, further) < further,
        Escapes.unescape(bytes, semicolon + 1, end),
        dictionary);
  }

  /** Behind the comma that ends the number at an offset. */
  private static int number(byte[] bytes, int from, int to) throws Malformed {
    int comma = indexOf(bytes, ',', from, to);
    if (comma == to || comma == from || comma - from > MOST_DIGITS) {
      throw new Malformed(SOURCE, from, "a number and a comma", bytes);
    }
    for (int i = from; i < comma; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new Malformed(SOURCE, i, "a digit", bytes);
      }
    }
    return comma + 1;
  }

  private static long value(byte[] digits, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + digits[i] - '0';
    }
    return value;
  }

  private static Duration micros(long micros) {
    return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
  }

  private static void furtherFields(byte[] bytes, int from, int to, Map<String, String> fields) {
    for (int at = from; at < to; ) {
      int end = indexOf(bytes, ',', at, to);
      keyAndValue(bytes, at, end, fields);
      at = end + 1;
    }
  }

  private static void lines(byte[] bytes, int from, int to, Map<String, String> fields) {
    for (int at = from; at < to; ) {
      int end = indexOf(bytes, '\n', at, to);
      if (bytes[at] == ' ') {
        keyAndValue(bytes, at + 1, end, fields);
      }
      at = end + 1;
    }
  }

  private static void keyAndValue(byte[] bytes, int from, int to, Map<String, String> fields) {
    int equals = indexOf(bytes, '=', from, to);
    if (equals > from && equals < to) {
      String key = new String(bytes, from, equals - from, StandardCharsets.ISO_8859_1);
      fields.putIfAbsent(key, Escapes.unescape(bytes, equals + 1, to));
    }
  }

  private static int indexOf(byte[] bytes, char wanted, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }
}
