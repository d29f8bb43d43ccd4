package io.bilgewatch.oom;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The lines around a kill:
 *
 * <pre>
 * worker invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
 * worker cpuset=4f0… mems_allowed=0-1
 * Task in /docker/4f0… killed as a result of limit of /docker/4f0…
 * Memory limit reached of cgroup /docker/4f0…
 * memory: usage 65536kB, limit 65536kB, failcnt 130
 * memory+swap: usage 65536kB, limit 9007199254740988kB, failcnt 0
 * Tasks state (memory values in pages):
 * [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
 * [   4711]     0  4711      825      576    45056        0             0 worker
 * Tasks in /docker/4f0… are going to be killed due to memory.oom.group set
 * </pre>
 *
 * mm/oom_kill.c dump_header(), dump_task(); mm/memcontrol.c mem_cgroup_print_oom_info(),
 * mem_cgroup_print_oom_group().
 */
final class DumpLines {
  /** TASK_COMM_LEN less its NUL. */
  static final int LONGEST_NAME = 15;

  private static final String INVOKED = " invoked oom-killer: ";
  private static final String CPUSET = " cpuset=";
  private static final String MEMS_ALLOWED = " mems_allowed=";
  private static final String TASK_IN = "Task in /";
  private static final String AS_A_RESULT = " killed as a result of limit of ";
  private static final String LIMIT_REACHED = "Memory limit reached of cgroup /";
  private static final String GROUP = "Tasks in /";
  private static final String GROUP_END = " are going to be killed due to memory.oom.group set";

  private DumpLines() {}

  /** The lines that begin with a name. */
  static Optional<OomLine> namedFirst(String text) {
    int invoked = text.lastIndexOf(INVOKED, LONGEST_NAME);
    if (invoked >= 0) {
      return Optional.of(new OomLine.Invoked(text.substring(0, invoked)));
    }
    int cpuset = text.lastIndexOf(CPUSET, LONGEST_NAME);
    int mems = text.lastIndexOf(MEMS_ALLOWED);
    return cpuset >= 0 && cpuset + CPUSET.length() <= mems && isNodes(text, mems)
        ? Optional.of(
            new OomLine.Cpuset(
                text.substring(0, cpuset),
                text.substring(cpuset + CPUSET.length(), mems),
                text.substring(mems + MEMS_ALLOWED.length())))
        : Optional.empty();
  }

  private static boolean isNodes(String text, int mems) {
    int from = mems + MEMS_ALLOWED.length();
    return text.chars().skip(from).allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == ',');
  }

  static Optional<OomLine> read(String text) {
    if (text.startsWith(TASK_IN)) {
      return Optional.of(taskIn(text.substring(TASK_IN.length() - 1)));
    }
    if (text.startsWith(LIMIT_REACHED)) {
      String path = text.substring(LIMIT_REACHED.length() - 1);
      return Optional.of(new OomLine.TaskIn(Optional.empty(), Optional.of(path)));
    }
    if (text.startsWith(GROUP)) {
      return Optional.of(group(text.substring(GROUP.length() - 1)));
    }
    if (text.startsWith("Tasks state (memory values in pages):")) {
      return Optional.of(new OomLine.TableHeading());
    }
    return text.startsWith("[") ? table(text) : usage(text);
  }

  private static OomLine taskIn(String text) {
    return CgroupPair.innerFirst(text, AS_A_RESULT)
        .map(pair -> new OomLine.TaskIn(Optional.of(pair.first()), Optional.of(pair.second())))
        .orElseGet(() ->
            new OomLine.TaskIn(
                Optional.of(CgroupPair.firstOf(text, AS_A_RESULT)), Optional.empty()));
  }

  private static OomLine group(String text) {
    boolean whole = text.endsWith(GROUP_END);
    String path = whole ? text.substring(0, text.length() - GROUP_END.length()) : text;
    return new OomLine.Group(path, whole);
  }

  private static Optional<OomLine> table(String text) {
    int close = text.indexOf(']');
    if (close < 0) {
      return Optional.empty();
    }
    String first = text.substring(1, close).strip();
    if (first.equals("pid")) {
      return Optional.of(new OomLine.TableHeading());
    }
    // [ pid ]   uid  tgid
    int user = blanks(text, close + 1);
    int userEnd = Numbers.endOfDigits(text, user);
    int group = blanks(text, userEnd);
    OptionalInt pid = Numbers.integer(first, 0, first.length());
    OptionalInt leader = Numbers.integer(text, group, Numbers.endOfDigits(text, group));
    return pid.isPresent() && userEnd > user && group > userEnd && leader.isPresent()
        ? Optional.of(new OomLine.TableRow(pid.getAsInt(), leader.getAsInt()))
        : Optional.empty();
  }

  private static int blanks(String text, int from) {
    int to = from;
    while (to < text.length() && text.charAt(to) == ' ') {
      to++;
    }
    return to;
  }

  private static Optional<OomLine> usage(String text) {
    for (OomLine.Charge charge : OomLine.Charge.values()) {
      String start = start(charge);
      if (text.startsWith(start)) {
        return usage(charge, text.substring(start.length()).split("kB, limit |kB, failcnt ", 4));
      }
    }
    return Optional.empty();
  }

  private static String start(OomLine.Charge charge) {
    return switch (charge) {
      case MEMORY -> "memory: usage ";
      case MEMORY_AND_SWAP -> "memory+swap: usage ";
      case SWAP -> "swap: usage ";
      case KERNEL -> "kmem: usage ";
    };
  }

  private static Optional<OomLine> usage(OomLine.Charge charge, String[] numbers) {
    if (numbers.length != 3) {
      return Optional.empty();
    }
    OptionalLong usage = Numbers.of(numbers[0]);
    OptionalLong limit = Numbers.of(numbers[1]);
    OptionalLong failures = Numbers.of(numbers[2], 0, Numbers.endOfDigits(numbers[2], 0));
    return usage.isPresent() && limit.isPresent() && failures.isPresent()
        ? Optional.of(
            new OomLine.Usage(charge, usage.getAsLong(), limit.getAsLong(), failures.getAsLong()))
        : Optional.empty();
  }
}
