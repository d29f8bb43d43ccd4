package io.bilgewatch.oom;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a memory cgroup held.
 *
 * <pre>
 * Memory cgroup stats for /docker/4f0…: cache:3632KB rss:518232KB rss_huge:0KB shmem:0KB …   until Linux 5.1
 * Memory cgroup stats for /docker/4f0…:                                                      since Linux 5.2
 * anon 49152
 * file 33693696
 * shmem 33554432
 * </pre>
 *
 * The newer figures come as one record that has newlines in it, or as a record each; version 1 has
 * {@code total_shmem} since Linux 6.8. The older line is told for each cgroup of the subtree, each
 * alone; before Linux 4.9 without {@code shmem}, which then follows from the lists that shmem lies
 * on.
 */
final class StatsLines {
  private static final String START = "Memory cgroup stats for /";
  private static final String FIRST_FIGURE = ": cache:";

  private StatsLines() {}

  static Optional<OomLine> read(String text) {
    return text.startsWith(START)
        ? Optional.of(heading(text.substring(START.length() - 1)))
        : figures(text);
  }

  private static OomLine heading(String text) {
    int figures = text.lastIndexOf(FIRST_FIGURE);
    if (figures >= 0) {
      return new OomLine.StatsOfOne(text.substring(0, figures), ofOne(text.substring(figures + 2)));
    }
    boolean whole = text.endsWith(":");
    return new OomLine.StatsOf(text.substring(0, text.length() - (whole ? 1 : 0)), whole);
  }

  private static OptionalLong ofOne(String text) {
    Map<String, Long> values = new HashMap<>();
    for (String part : text.split(" ", 64)) {
      int colon = part.indexOf(':');
      if (colon > 0 && part.endsWith("KB")) {
        OptionalLong value = Numbers.of(part, colon + 1, part.length() - 2);
        value.ifPresent(kilobytes -> values.putIfAbsent(part.substring(0, colon), kilobytes));
      }
    }
    Long shmem = values.get("shmem");
    return shmem != null ? Bytes.ofKilobytes(shmem) : fromLists(values);
  }

  /** shmem lies on the anonymous lists, as anonymous memory does, but is told as cache. */
  private static OptionalLong fromLists(Map<String, Long> values) {
    Long cache = values.get("cache");
    Long rss = values.get("rss");
    Long inactive = values.get("inactive_anon");
    Long active = values.get("active_anon");
    if (cache == null || rss == null || inactive == null || active == null) {
      return OptionalLong.empty();
    }
    return Bytes.ofKilobytes(Math.clamp(inactive - rss + active, 0, cache));
  }

  /** {@code key number}, in one line or many; nothing else. */
  private static Optional<OomLine> figures(String text) {
    OptionalLong own = OptionalLong.empty();
    OptionalLong total = OptionalLong.empty();
    for (int from = 0; from < text.length(); ) {
      int newline = text.indexOf('\n', from);
      int to = newline < 0 ? text.length() : newline;
      int blank = endOfKey(text, from, to);
      OptionalLong value =
          blank > from && blank < to && text.charAt(blank) == ' '
              ? Numbers.of(text, blank + 1, to)
              : OptionalLong.empty();
      if (value.isEmpty()) {
        return Optional.empty();
      }
      String key = text.substring(from, blank);
      own = key.equals("shmem") && own.isEmpty() ? value : own;
      total = key.equals("total_shmem") && total.isEmpty() ? value : total;
      from = to + 1;
    }
    return Optional.of(new OomLine.Stats(own, total));
  }

  private static int endOfKey(String text, int from, int to) {
    int at = from;
    while (at < to && isKey(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isKey(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  }
}
