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
    int name = pid < 0 ? -1 : name(text, pid);
    Optional<OomLine.Task> task = name < 0 ? Optional.empty() : task(text, name, pid, uid);
    return Optional.of(new SummaryLine(text, task, task.isPresent() ? name : text.length()).read());
  }

  /** Where the task's name stands: it may hold {@code ,task=} itself, within its 15 bytes. */
  private static int name(String text, int pid) {
    int earliest = Math.max(START.length(), pid - TASK.length() - DumpLines.LONGEST_NAME);
    int at = text.indexOf(TASK, earliest);
    return at >= 0 && at + TASK.length() <= pid ? at : text.lastIndexOf(TASK, pid);
  }

  private static Optional<OomLine.Task> task(String text, int name, int pid, int uid) {
    OptionalInt number = Numbers.integer(text, pid + PID.length(), uid);
    OptionalLong user = Numbers.of(text, uid + UID.length(), text.length());
    return number.isPresent() && user.isPresent()
        ? Optional.of(
            new OomLine.Task(
                text.substring(name + TASK.length(), pid), number.getAsInt(), user.getAsLong()))
        : Optional.empty();
  }

  private OomLine read() {
    int ownLimit = before(text.indexOf(OOM_MEMCG + "/"));
    int global = before(text.indexOf(GLOBAL + TASK_MEMCG + "/"));
    return ownLimit <= global ? withLimit(ownLimit) : ofHost(global);
  }

  private OomLine withLimit(int at) {
    if (at == end) {
      // Neither, since the kernel knows no memory cgroups or the line breaks off.
      return summary(OomScope.UNKNOWN, end, Optional.empty(), Optional.empty());
    }
    String paths = text.substring(at + OOM_MEMCG.length(), end);
    Optional<CgroupPair> pair = CgroupPair.outerFirst(paths, TASK_MEMCG);
    return summary(
        OomScope.CGROUP,
        at,
        Optional.of(pair.map(CgroupPair::first).orElse(paths)),
        pair.map(CgroupPair::second));
  }

  private OomLine ofHost(int at) {
    String path = text.substring(at + GLOBAL.length() + TASK_MEMCG.length(), end);
    return summary(OomScope.HOST, at, Optional.empty(), Optional.of(path));
  }

  private OomLine summary(
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
