package io.bilgewatch.process;

import io.bilgewatch.kernel.Malformed;

/**
 * Whether a process still lives, and since when: {@code /proc/<pid>/stat} (proc_pid_stat(5)).
 *
 * <pre>
 * 4242 (a ) name) S 1 4242 4242 0 -1 4194560 … 183342 …
 * pid   name      3: state             9: flags  22: start time
 * </pre>
 *
 * <p>The name may hold blanks and parentheses; it ends at the last closing one, since nothing
 * behind it is text.
 *
 * @param state a letter: {@code Z} is dead but not yet waited for
 * @param flags of {@code include/linux/sched.h}
 * @param startTicks since boot, in hundredths of a second on every architecture Docker runs on
 */
record ProcessStat(char state, long flags, long startTicks) {
  private static final String SOURCE = "stat";

  /** Counted from the state, which is the first field behind the name and field 3 of all. */
  private static final int FLAGS = 9 - 3;

  private static final int START_TIME = 22 - 3;
  private static final long PF_EXITING = 4;
  private static final int NAME_END = 2;

  static ProcessStat parse(byte[] text) throws Malformed {
    int name = text.length - 1;
    while (name >= 0 && text[name] != ')') {
      name--;
    }
    int state = name + NAME_END;
    if (name < 0 || state >= text.length) {
      throw new Malformed(SOURCE, text.length, "field 3, the state", text);
    }
    return new ProcessStat(
        (char) (text[state] & 0xff),
        number(text, field(text, state, FLAGS), "field 9, the flags"),
        number(text, field(text, state, START_TIME), "field 22, the start time"));
  }

  /** Where the field begins that is so many behind the given one. */
  private static int field(byte[] text, int from, int behind) {
    int at = from;
    for (int left = behind; left > 0 && at < text.length; at++) {
      left -= text[at] == ' ' ? 1 : 0;
    }
    return at;
  }

  private static long number(byte[] text, int from, String expected) throws Malformed {
    long value = 0;
    int at = from;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      value = value * 10 + (text[at++] - '0');
    }
    if (at == from) {
      throw new Malformed(SOURCE, Math.min(from, text.length), expected, text);
    }
    return value;
  }

  /**
   * Whether it has begun to end: from then on its version 1 cgroups read {@code /}. It sets the
   * flag before it leaves them, and shows the letter only later.
   */
  boolean isEnding() {
    return state == 'Z' || state == 'X' || state == 'x' || (flags & PF_EXITING) != 0;
  }
}
