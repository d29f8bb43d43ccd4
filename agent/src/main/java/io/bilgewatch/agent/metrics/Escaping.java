package io.bilgewatch.agent.metrics;

/** How text is written so that it does not end the line or the quotes that it is in. */
enum Escaping {
  HELP(false),
  LABEL(true);

  private final boolean quotes;

  Escaping(boolean quotes) {
    this.quotes = quotes;
  }

  void append(StringBuilder to, String text) {
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || c == '\n' || (c == '"' && quotes)) {
        to.append(text, plain, i).append('\\').append(c == '\n' ? 'n' : c);
        plain = i + 1;
      }
    }
    to.append(text, plain, text.length());
  }
}
