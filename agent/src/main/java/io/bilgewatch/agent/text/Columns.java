package io.bilgewatch.agent.text;

import java.lang.Character.UnicodeScript;
import java.util.List;

/**
 * Foreign text as a terminal shows it: harmless, and as wide as a place for it. What a terminal
 * draws over two columns (CJK, emoji) counts as two, an accent that stands above the letter before
 * it as none, and no letter has more than two of those.
 *
 * @param unicode whether the terminal shows more than ASCII
 */
public record Columns(boolean unicode) {
  private static final int MOST_MARKS = 2;

  /** Harmless in a line of a terminal: nothing in it moves the cursor or stacks up. */
  public String harmless(String text) {
    String visible = Visible.of(text);
    if (isAscii(visible)) {
      return visible;
    }
    StringBuilder out = new StringBuilder(visible.length());
    int marks = MOST_MARKS;
    for (int i = 0; i < visible.length(); ) {
      int point = visible.codePointAt(i);
      i += Character.charCount(point);
      marks = isMark(point) ? marks + 1 : 0;
      if (unicode && marks <= MOST_MARKS) {
        out.appendCodePoint(point);
      } else {
        out.append(point < 0x80 ? Character.toString(point) : "\\u%04X".formatted(point));
      }
    }
    return out.toString();
  }

  /** Harmless, and no wider than that: what is left out in the middle is told by one character. */
  public String middle(String text, int width) {
    String shown = harmless(text);
    if (width(shown) <= width) {
      return shown;
    }
    int tail = Math.max(0, (width - 1) / 2);
    int from = shown.length();
    while (from > 0 && width(shown.substring(before(shown, from))) <= tail) {
      from = before(shown, from);
    }
    String end = shown.substring(from);
    return beginning(shown, width - 1 - width(end)) + ellipsis(width) + end;
  }

  /** Harmless, and cut at the end where it is wider than that. */
  public String cut(String text, int width) {
    String shown = harmless(text);
    return width(shown) <= width ? shown : beginning(shown, width - 1) + ellipsis(width);
  }

  private String ellipsis(int width) {
    return width < 1 ? "" : unicode ? "…" : "~";
  }

  private static int before(String text, int index) {
    return index - Character.charCount(text.codePointBefore(index));
  }

  private static String beginning(String text, int width) {
    int taken = 0;
    int i = 0;
    while (i < text.length()) {
      int point = text.codePointAt(i);
      taken += width(point);
      if (taken > width) {
        break;
      }
      i += Character.charCount(point);
    }
    return text.substring(0, i);
  }

  /** Rows of as many cells each, below one another, without blanks at the ends of the lines. */
  public static String aligned(List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int widest = rows.stream().mapToInt(one -> width(one.get(at))).max().orElse(0);
        line.append(row.get(column)).repeat(' ', widest - width(row.get(column)) + 2);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  /** How many columns a terminal takes for it. */
  public static int width(String text) {
    if (isAscii(text)) {
      return text.length();
    }
    return text.codePoints().map(Columns::width).sum();
  }

  private static int width(int point) {
    if (point < 0x300) {
      return 1;
    }
    return isMark(point) ? 0 : isWide(point) ? 2 : 1;
  }

  private static boolean isMark(int point) {
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  /** East Asian Width of UAX 11, by what Java knows: scripts, the forms' blocks, and emoji. */
  private static boolean isWide(int point) {
    if (point < 0x1100) {
      return false;
    }
    if (point >= 0xff61 && point <= 0xffdc) {
      return false;
    }
    if ((point >= 0x3000 && point <= 0x33ff)
        || (point >= 0xff01 && point <= 0xff60)
        || (point >= 0xffe0 && point <= 0xffe6)) {
      return true;
    }
    return Character.isEmojiPresentation(point) || isWideScript(point);
  }

  private static boolean isWideScript(int point) {
    UnicodeScript script = UnicodeScript.of(point);
    return switch (script) {
      case HAN, HANGUL, HIRAGANA, KATAKANA, BOPOMOFO, YI, TANGUT -> true;
      default -> false;
    };
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
