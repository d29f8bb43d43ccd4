package io.bilgewatch.agent.top;

import io.bilgewatch.agent.text.Columns;
import java.util.Locale;
import java.util.Map;

/**
 * What the terminal can show, by the environment.
 *
 * @param unicode whether it shows more than ASCII
 * @param colours whether it is to show colours
 * @param movable whether its cursor can be moved at all
 */
public record Look(boolean unicode, boolean colours, boolean movable) {
  /** For who reads the output of a pipe: ASCII and foreign letters, and nothing else. */
  public static final Look PLAIN = new Look(true, false, false);

  /**
   * The user's locale, which the launcher keeps there: Java itself always has UTF-8. Without it,
   * the locale's own variables, in the order of locale(7).
   */
  private static final String[] LOCALE = {
    "BILGEWATCH_TERMINAL_LOCALE", "LC_ALL", "LC_CTYPE", "LANG"
  };

  public static Look of(Map<String, String> environment) {
    String terminal = environment.getOrDefault("TERM", "");
    boolean movable = !terminal.isEmpty() && !terminal.equals("dumb");
    boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Look(isUtf8(environment), movable && !noColour, movable);
  }

  private static boolean isUtf8(Map<String, String> environment) {
    for (String variable : LOCALE) {
      String locale = environment.getOrDefault(variable, "");
      if (!locale.isEmpty()) {
        return locale.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8");
      }
    }
    return false;
  }

  Columns text() {
    return new Columns(unicode);
  }

  /** A load from 0 to 1 as a bar of that width, edges included; what is out of range is cut. */
  String bar(double ratio, int width) {
    int inside = Math.max(0, width - 2);
    double load = Math.clamp(Double.isNaN(ratio) ? 0 : ratio, 0, 1);
    if (!unicode) {
      int full = (int) Math.round(load * inside);
      return "[" + "|".repeat(full) + " ".repeat(inside - full) + "]";
    }
    int eighths = (int) Math.round(load * inside * 8);
    String part = eighths % 8 == 0 ? "" : Character.toString(0x2590 - eighths % 8);
    String filled = "█".repeat(eighths / 8) + part;
    return "[" + filled + " ".repeat(inside - filled.length()) + "]";
  }
}
