package io.bilgewatch.containerlog;

import io.bilgewatch.kernel.WriteErrno;
import java.util.List;
import java.util.Locale;

/**
 * The words of strerror(3), and what runtimes make of them. A rule's pattern sees each of them as
 * one character of Unicode's private use area, since it has to try them at every place of a line.
 */
final class ErrnoWords {
  private static final char FIRST = '\ue001';
  private static final char NONE = '\ufffd';
  private static final List<WriteErrno> ORDER =
      List.of(
          WriteErrno.EROFS,
          WriteErrno.ENOSPC,
          WriteErrno.EDQUOT,
          WriteErrno.EACCES,
          WriteErrno.EPERM);

  /** The longer of two that begin or end alike stands first. */
  private static final List<Words> WORDS =
      List.of(
          new Words("read-only file system", WriteErrno.EROFS),
          new Words("read-only filesystem", WriteErrno.EROFS),
          new Words("no space left on the device", WriteErrno.ENOSPC),
          new Words("no space left on device", WriteErrno.ENOSPC),
          new Words("no space left on disk", WriteErrno.ENOSPC),
          new Words("disk quota exceeded", WriteErrno.EDQUOT),
          new Words("quota exceeded", WriteErrno.EDQUOT),
          new Words("permission denied", WriteErrno.EACCES),
          new Words("operation not permitted", WriteErrno.EPERM));

  private ErrnoWords() {}

  private record Words(String lower, WriteErrno errno) {
    char mark() {
      return (char) (FIRST + ORDER.indexOf(errno));
    }

    String in(String text) {
      String searched = text.toLowerCase(Locale.ROOT);
      int at = searched.length() == text.length() ? searched.indexOf(lower) : -1;
      if (at < 0) {
        return text;
      }
      StringBuilder marked = new StringBuilder(text.length());
      int done = 0;
      while (at >= 0) {
        marked.append(text, done, at).append(mark());
        done = at + lower.length();
        at = searched.indexOf(lower, done);
      }
      return marked.append(text, done, text.length()).toString();
    }
  }

  /** The text with its words as characters; those that it has of that kind are no such words. */
  static String marked(String text) {
    String marked = text;
    for (int i = 0; i < ORDER.size(); i++) {
      marked = marked.replace((char) (FIRST + i), NONE);
    }
    for (Words words : WORDS) {
      marked = words.in(marked);
    }
    return marked;
  }

  /** What was found in marked text, in words again. */
  static String unmarked(String found) {
    String text = found;
    for (Words words : WORDS) {
      text = text.replace(String.valueOf(words.mark()), words.lower());
    }
    return text;
  }

  /** By number, by name, or as marked. */
  static WriteErrno errno(String told) {
    int mark = told.charAt(0) - FIRST;
    if (mark >= 0 && mark < ORDER.size()) {
      return ORDER.get(mark);
    }
    return Character.isDigit(told.charAt(0))
        ? WriteErrno.of(Integer.parseInt(told)).orElseThrow()
        : WriteErrno.valueOf(told.toUpperCase(Locale.ROOT));
  }
}
