package io.bilgewatch.oom;

import java.util.List;
import java.util.Optional;

/**
 * Tells the lines of the OOM killer from all others. Containers choose the names of their processes
 * (any 15 bytes) and, where they may write to their cgroup, those of cgroups below it. So a line
 * counts only where all of it follows the kernel's grammar from its first character on; a name that
 * stands first is at most 15 characters long, and names are cut out from both ends, by the fixed
 * texts that stand before the first and behind the last character that may be theirs.
 *
 * <p>Formats: mm/oom_kill.c, mm/memcontrol.c and mm/memcontrol-v1.c of Linux 3.10 to 6.18, and
 * those of RHEL 6 and 7.
 */
public final class OomLines {
  /** Far above what the kernel's log holds in one record. */
  private static final int LONGEST = 16_384;

  /** Lines that the kernel writes in pieces, since it writes a path in one of its own. */
  private static final List<String> IN_PIECES =
      List.of(
          "oom-kill:constraint=",
          "Task in ",
          "Tasks in ",
          "Memory limit reached of cgroup ",
          "Memory cgroup stats for ");

  private OomLines() {}

  /**
   * @param text of one record, one char a byte; what stands in more than one line is one text
   * @return empty where it is something else
   */
  public static Optional<OomLine> read(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return Optional.empty();
    }
    // Names that stand first come first: they may look like any of the others.
    return DumpLines.namedFirst(text)
        .or(() -> SummaryLine.read(text))
        .or(() -> KillLines.read(text))
        .or(() -> DumpLines.read(text))
        .or(() -> StatsLines.read(text));
  }

  /** Whether more may follow in a record that continues this one. */
  static boolean isUnfinished(String text) {
    return IN_PIECES.stream().anyMatch(text::startsWith)
        && !read(text).map(OomLine::isWhole).orElse(false);
  }
}
