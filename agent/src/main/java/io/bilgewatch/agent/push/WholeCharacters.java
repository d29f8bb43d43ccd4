package io.bilgewatch.agent.push;

/**
 * Text that can be written as UTF-8: half a surrogate pair is shown as {@code \}{@code uD800}, as
 * in the labels of metrics.
 */
final class WholeCharacters {
  private WholeCharacters() {}

  static String of(String text) {
    if (text.codePoints().noneMatch(WholeCharacters::isHalf)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(point -> {
          if (isHalf(point)) {
            out.append("\\u%04X".formatted(point));
          } else {
            out.appendCodePoint(point);
          }
        });
    return out.toString();
  }

  private static boolean isHalf(int point) {
    return Character.getType(point) == Character.SURROGATE;
  }
}
