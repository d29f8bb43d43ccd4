package io.bilgewatch.agent.text;

/**
 * Text that a container may have chosen, for a log line, a terminal or a page: what would break the
 * line, move the cursor or turn the reading direction is shown as {@code \}{@code uXXXX}, and
 * newline, return and tab as {@code \n}, {@code \r} and {@code \t}.
 */
public final class Visible {
  private Visible() {}

  public static String of(String text) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> append(out, point));
    return out.toString();
  }

  /** Nearly all text is; a page asks some thousand times. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isHidden(point)) {
          out.append("\\u%04X".formatted(point));
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }

  private static boolean isHidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
