package io.bilgewatch.oom;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The lines that name a process as chosen, killed, spared or reaped:
 *
 * <pre>
 * Memory cgroup out of memory: Killed process 4711 (worker) total-vm:3292kB, anon-rss:1024kB, file-rss:1264kB, shmem-rss:0kB, UID:0 pgtables:44kB oom_score_adj:0
 * Out of memory: Killed process 4711 (worker) total-vm:3292kB, anon-rss:1024kB, file-rss:1264kB, shmem-rss:0kB
 * Killed process 4711 (worker) total-vm:3292kB, anon-rss:1024kB, file-rss:1264kB
 * Killed process 4711 (worker), UID 0, total-vm:3292kB, anon-rss:…       RHEL 7
 * Killed process 4711, UID 0, (worker) total-vm:3292kB, anon-rss:…       RHEL 6
 * Memory cgroup out of memory: Kill process 4711 (worker) score 992 or sacrifice child
 * Memory cgroup out of memory: OOM victim 4711 (worker) is already exiting. Skip killing the task
 * oom_reaper: reaped process 4711 (worker), now anon-rss:0kB, file-rss:0kB, shmem-rss:21140kB
 * </pre>
 *
 * mm/oom_kill.c. What stands behind the name holds none that a process may choose, so the last
 * {@code " total-vm:"} is the kernel's.
 */
final class KillLines {
  private static final String OF_CGROUP = "Memory cgroup out of memory: ";
  private static final String OF_HOST = "Out of memory: ";
  private static final String OF_HOST_BY_ITSELF = "Out of memory (oom_kill_allocating_task): ";
  private static final String KILLED = "Killed process ";
  private static final String CHOSEN = "Kill process ";
  private static final String SPARED = "OOM victim ";
  private static final String REAPED = "oom_reaper: reaped process ";
  private static final String TOTAL_VM = " total-vm:";
  private static final String UID = ", UID ";

  private KillLines() {}

  /** A process as a line names it. */
  private record Named(int pid, String comm, OptionalLong uid) {}

  static Optional<OomLine> read(String text) {
    if (text.startsWith(OF_CGROUP)) {
      return read(OomScope.CGROUP, text.substring(OF_CGROUP.length()));
    }
    if (text.startsWith(OF_HOST)) {
      return read(OomScope.HOST, text.substring(OF_HOST.length()));
    }
    if (text.startsWith(OF_HOST_BY_ITSELF)) {
      return read(OomScope.HOST, text.substring(OF_HOST_BY_ITSELF.length()));
    }
    if (text.startsWith(REAPED)) {
      return reaped(text.substring(REAPED.length()));
    }
    return text.startsWith(KILLED) ? read(OomScope.UNKNOWN, text) : Optional.empty();
  }

  private static Optional<OomLine> read(OomScope scope, String text) {
    if (text.startsWith(KILLED)) {
      return killed(scope, text.substring(KILLED.length()));
    }
    if (text.startsWith(CHOSEN)) {
      return chosen(scope, text.substring(CHOSEN.length()));
    }
    return text.startsWith(SPARED) ? spared(text.substring(SPARED.length())) : Optional.empty();
  }

  private static Optional<OomLine> killed(OomScope scope, String text) {
    int tail = text.lastIndexOf(TOTAL_VM);
    Optional<Named> named = tail < 0 ? Optional.empty() : named(text.substring(0, tail));
    if (named.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> values = values(text.substring(tail + 1));
    OptionalLong totalVm = kilobytes(values, "total-vm");
    if (totalVm.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong uid = Numbers.of(values.getOrDefault("UID", ""));
    return Optional.of(
        new OomLine.Killed(
            scope,
            named.get().pid(),
            named.get().comm(),
            uid.isPresent() ? uid : named.get().uid(),
            totalVm.getAsLong(),
            kilobytes(values, "anon-rss"),
            kilobytes(values, "file-rss"),
            kilobytes(values, "shmem-rss"),
            kilobytes(values, "pgtables"),
            signed(values.getOrDefault("oom_score_adj", ""))));
  }

  /** What stands before the figures, in one of its three forms. */
  private static Optional<Named> named(String text) {
    int digits = Numbers.endOfDigits(text, 0);
    if (text.endsWith(")")) {
      if (text.startsWith(" (", digits)) {
        return named(text, digits, digits + 2, text.length() - 1, OptionalLong.empty());
      }
      int userEnd = Numbers.endOfDigits(text, digits + UID.length());
      return text.startsWith(UID, digits) && text.startsWith(", (", userEnd)
          ? named(
              text,
              digits,
              userEnd + 3,
              text.length() - 1,
              Numbers.of(text, digits + UID.length(), userEnd))
          : Optional.empty();
    }
    int user = text.lastIndexOf(")" + UID);
    return user >= 0 && text.endsWith(",") && text.startsWith(" (", digits)
        ? named(
            text,
            digits,
            digits + 2,
            user,
            Numbers.of(text, user + 1 + UID.length(), text.length() - 1))
        : Optional.empty();
  }

  private static Optional<Named> named(
      String text, int digits, int from, int to, OptionalLong uid) {
    OptionalInt pid = Numbers.integer(text, 0, digits);
    return pid.isPresent() && from <= to
        ? Optional.of(new Named(pid.getAsInt(), text.substring(from, to), uid))
        : Optional.empty();
  }

  /** A number and a name in brackets, up to where the given text stands last. */
  private static Optional<Named> namedUpTo(String text, int end) {
    int digits = Numbers.endOfDigits(text, 0);
    return end >= 0 && text.startsWith(" (", digits)
        ? named(text, digits, digits + 2, end, OptionalLong.empty())
        : Optional.empty();
  }

  private static Optional<OomLine> chosen(OomScope scope, String text) {
    int end = text.lastIndexOf(") score ");
    int score = end + ") score ".length();
    int scoreEnd = Numbers.endOfDigits(text, score);
    OptionalLong value = Numbers.of(text, score, scoreEnd);
    boolean whole = value.isPresent() && text.startsWith(" or sacrifice child", scoreEnd);
    return (whole ? namedUpTo(text, end) : Optional.<Named>empty())
        .map(named -> new OomLine.Chosen(scope, named.pid(), named.comm(), value.orElse(0)));
  }

  private static Optional<OomLine> spared(String text) {
    return namedUpTo(text, text.lastIndexOf(") is already exiting."))
        .map(named -> new OomLine.AlreadyExiting(named.pid(), named.comm()));
  }

  private static Optional<OomLine> reaped(String text) {
    int end = text.lastIndexOf("), now ");
    return namedUpTo(text, end)
        .map(named -> {
          Map<String, String> values = values(text.substring(end + "), now ".length()));
          return new OomLine.Reaped(
              named.pid(),
              named.comm(),
              kilobytes(values, "anon-rss"),
              kilobytes(values, "file-rss"),
              kilobytes(values, "shmem-rss"));
        });
  }

  /** {@code key:value} and again, with blanks or commas between; what later kernels add is kept. */
  private static Map<String, String> values(String text) {
    Map<String, String> values = new HashMap<>();
    for (String part : text.split(" ", 32)) {
      int colon = part.indexOf(':');
      if (colon > 0) {
        boolean comma = part.endsWith(",");
        String value = part.substring(colon + 1, part.length() - (comma ? 1 : 0));
        values.putIfAbsent(part.substring(0, colon), value);
      }
    }
    return values;
  }

  private static OptionalLong kilobytes(Map<String, String> values, String key) {
    return Numbers.kilobytes(values.getOrDefault(key, ""));
  }

  private static OptionalInt signed(String text) {
    boolean negative = text.startsWith("-");
    OptionalInt value = Numbers.integer(text, negative ? 1 : 0, text.length());
    return value.isPresent() && negative ? OptionalInt.of(-value.getAsInt()) : value;
  }
}
