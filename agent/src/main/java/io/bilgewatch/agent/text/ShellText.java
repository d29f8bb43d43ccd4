package io.bilgewatch.agent.text;

/** Words for a POSIX shell. */
public final class ShellText {
  private ShellText() {}

  /** Quoted where a shell would read it otherwise; nothing in it can end the quotes. */
  public static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
