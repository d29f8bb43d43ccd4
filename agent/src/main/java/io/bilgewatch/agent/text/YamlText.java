package io.bilgewatch.agent.text;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values as a YAML file has them. */
public final class YamlText {
  /** What no reader of YAML takes for anything but text. */
  private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9_./-]*|[A-Za-z][A-Za-z0-9_.-]*");

  private static final Pattern OTHER_THAN_TEXT =
      Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");
  private static final List<String> UNITS = List.of("", "KiB", "MiB", "GiB", "TiB");
  private static final int MOST = 400;

  private YamlText() {}

  /** A scalar: plain where that is right, else double-quoted with escapes. */
  public static String of(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !OTHER_THAN_TEXT.matcher(text).matches();
    return plain ? text : quoted(text);
  }

  /** A double-quoted scalar; what is neither ASCII nor a letter is escaped. */
  public static String quoted(String text) {
    return text.codePoints()
        .mapToObj(YamlText::escaped)
        .collect(Collectors.joining("", "\"", "\""));
  }

  private static String escaped(int point) {
    if (point == '"' || point == '\\') {
      return "\\" + (char) point;
    }
    boolean shown = (point >= ' ' && point < 0x7f) || Character.isLetterOrDigit(point);
    return shown ? Character.toString(point) : "\\U%08x".formatted(point);
  }

  /** One line that is not too long. */
  public static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.codePointCount(0, line.length()) <= MOST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MOST)) + "…";
  }

  /** In the largest unit that needs no fraction. */
  public static String bytes(long bytes) {
    long left = bytes;
    int unit = 0;
    while (left >= 1024 && left % 1024 == 0 && unit < UNITS.size() - 1) {
      left /= 1024;
      unit++;
    }
    return left + UNITS.get(unit);
  }
}
