package io.bilgewatch.oom;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * <pre>
 * oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=4f0…,mems_allowed=0,oom_memcg=/docker/4f0…,task_memcg=/docker/4f0…,task=worker,pid=4711,uid=1000
 * oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0-1,global_oom,task_memcg=/system.slice/x.service,task=java,pid=4711,uid=0
 * </pre>
 *
 * mm/oom_kill.c dump_oom_victim(), since Linux 5.0; at first without {@code cpuset} and {@code
 * mems_allowed}. The fields stand in this order. Three of them may hold any character: {@code
 * cpuset}, the last component of a cgroup's path, which has no slash in it, so that the first
 * {@code ,oom_memcg=/} or {@code ,global_oom,task_memcg=/} from the left is the kernel's; the two
 * paths (see {@link CgroupPair}); and {@code task}, behind which only numbers follow, and which is
 * at most 15 bytes long.
 */
final class SummaryLine {
  private static final String START = "oom-kill:constraint=";
  private static final String CPUSET = ",cpuset=";
  private static final String MEMS_ALLOWED = ",mems_allowed=";
  private static final String OOM_MEMCG = ",oom_memcg=";
  private static final String GLOBAL = ",global_oom";
  private static final String TASK_MEMCG = ",task_memcg=";
  private static final String TASK = ",task=";
  private static final String PID = ",pid=";
  private static final String UID = ",uid=";

  private final String text;
  private final Optional<OomLine.Task> task;

  /** One behind the paths. */
  private final int end;

  private SummaryLine(String text, Optional<OomLine.Task> task, int end) {
    this.text = text;
    this.task = task;
    this.end = end;
  }

  static Optional<OomLine> read(String text) {
    if (!text.startsWith(START)) {
      return Optional.empty();
    }
    int uid = text.lastIndexOf(UID);
    int pid = text.lastIndexOf(PID, uid);
    OomLine.Summary last = new SummaryLine(text, Optional.empty(), text.length()).read();
    // The name may hold ",task=" itself, and so may the path: which it is, the paths tell.
    for (int name = firstName(text, pid);
        name >= 0 && name < pid;
        name = text.indexOf(TASK, name + 1)) {
      Optional<OomLine.Task> task = task(text, name, pid, uid);
      if (task.isPresent()) {
        OomLine.Summary summary = new SummaryLine(text, task, name).read();
        if (summary.taskMemcg().isPresent()) {
          return Optional.of(summary);
        }
        last = last.isWhole() ? last : summary;
      }
    }
    return Optional.of(last);
  }

  private static int firstName(String text, int pid) {
    if (pid < 0) {
      return -1;
    }
    int earliest = Math.max(START.length(), pid - TASK.length() - DumpLines.LONGEST_NAME);
    int at = text.indexOf(TASK, earliest);
    return at >= 0 && at < pid ? at : text.lastIndexOf(TASK, pid);
  }

  private static Optional<OomLine.Task> task(String text, int name, int pid, int uid) {
    if (name + TASK.length() > pid) {
      return Optional.empty();
    }
    OptionalInt number = Numbers.integer(text, pid + PID.length(), uid);
    int userEnd = Numbers.endOfDigits(text, uid + UID.length());
    // A later kernel's field may follow.
    boolean ends = userEnd == text.length() || text.charAt(userEnd) == ',';
    OptionalLong user = Numbers.of(text, uid + UID.length(), ends ? userEnd : 0);
    return number.isPresent() && user.isPresent()
        ? Optional.of(
            new OomLine.Task(
                text.substring(name + TASK.length(), pid), number.getAsInt(), user.getAsLong()))
        : Optional.empty();
  }

  private OomLine.Summary read() {
    int ownLimit = before(text.indexOf(OOM_MEMCG + "/"));
    int global = before(text.indexOf(GLOBAL + TASK_MEMCG + "/"));
    return ownLimit <= global ? withLimit(ownLimit) : ofHost(global);
  }

  private OomLine.Summary withLimit(int at) {
    if (at == end) {
      // Neither, since the kernel knows no memory cgroups or the line breaks off.
      return summary(OomScope.UNKNOWN, end, Optional.empty(), Optional.empty());
    }
    String paths = text.substring(at + OOM_MEMCG.length(), end);
    Optional<CgroupPair> pair = CgroupPair.outerFirst(paths, TASK_MEMCG);
    return summary(
        OomScope.CGROUP,
        at,
        Optional.of(pair.map(CgroupPair::first).orElse(CgroupPair.firstOf(paths, TASK_MEMCG))),
        pair.map(CgroupPair::second));
  }

  private OomLine.Summary ofHost(int at) {
    String path = text.substring(at + GLOBAL.length() + TASK_MEMCG.length(), end);
    return summary(OomScope.HOST, at, Optional.empty(), Optional.of(path));
  }

  private OomLine.Summary summary(
      OomScope scope, int headEnd, Optional<String> oomMemcg, Optional<String> taskMemcg) {
    int comma = text.indexOf(',');
    String constraint = text.substring(START.length(), comma < 0 ? text.length() : comma);
    return new OomLine.Summary(constraint, scope, cpuset(headEnd), oomMemcg, taskMemcg, task);
  }

  private Optional<String> cpuset(int headEnd) {
    int from = text.indexOf(CPUSET);
    int to = text.lastIndexOf(MEMS_ALLOWED, headEnd);
    return from >= 0 && from + CPUSET.length() <= to && to < headEnd
        ? Optional.of(text.substring(from + CPUSET.length(), to))
        : Optional.empty();
  }

  private int before(int at) {
    return at < 0 || at > end ? end : at;
  }
}
