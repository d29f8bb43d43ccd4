package io.bilgewatch.agent.render;

/** Words for a POSIX shell. */
final class ShellText {
  private ShellText() {}

  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
