package io.bilgewatch.agent.metrics;

/** Label values that others choose: bounded in length, no control characters, whole characters. */
final class LabelText {
  private static final int MOST_CHARS = 256;

  private LabelText() {}

  static String of(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == 0x7f || isLoneSurrogate(text, i)) {
        safe = safe == null ? new StringBuilder(text.substring(0, i)) : safe;
        safe.append(c < 0x80 ? "\\x%02x".formatted((int) c) : "\ufffd");
      } else if (safe != null) {
        safe.append(c);
      }
    }
    return cut(safe == null ? text : safe.toString());
  }

  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static String cut(String text) {
    if (text.length() <= MOST_CHARS) {
      return text;
    }
    int end = MOST_CHARS - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
