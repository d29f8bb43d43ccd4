package io.bilgewatch.oom;

import java.util.BitSet;

/** The tasks that an account lists: all that might have been killed. */
final class DumpedTasks {
  /** pid_max can't be set higher (PID_MAX_LIMIT), which bounds the memory of the set too. */
  private static final int MOST = 1 << 22;

  private final BitSet pids = new BitSet();

  void add(OomLine.TableRow row) {
    add(row.pid());
    add(row.threadGroup());
  }

  private void add(int pid) {
    if (pid < MOST) {
      pids.set(pid);
    }
  }

  /**
   * @param otherwise where there is no list: it was lost, or {@code vm.oom_dump_tasks} is off
   */
  boolean lists(int pid, boolean otherwise) {
    return pids.isEmpty() ? otherwise : pids.get(pid);
  }
}
