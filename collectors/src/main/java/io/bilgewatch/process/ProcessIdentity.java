package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Malformed;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;

/**
 * One process for as long as it lives: its number is given to another one later, its number
 * together with the time of its start is not.
 *
 * @param startTicks since boot, in units of {@code sysconf(_SC_CLK_TCK)}: field 22 of {@code
 *     /proc/<pid>/stat}
 */
public record ProcessIdentity(int pid, long startTicks) {
  private static final String SOURCE = "stat";

  /** Counted from the state, which is the first field behind the name and field 3 of all. */
  private static final int START_TIME = 22 - 3;

  /** Vanished where there is no such process. */
  public static Reading<ProcessIdentity> read(HostRoot host, int pid) {
    try {
      return Reading.of(parse(pid, KernelFile.read(host.process(pid, "stat"))));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  /**
   * Parses {@code stat} (proc_pid_stat(5)):
   *
   * <pre>
   * 4242 (a ) name) S 1 4242 4242 0 -1 4194560 … 183342 …
   * pid   name      state                        22: start time
   * </pre>
   *
   * <p>The name may hold blanks and parentheses; it ends at the last closing one.
   */
  static ProcessIdentity parse(int pid, byte[] text) throws Malformed {
    int at = text.length - 1;
    while (at >= 0 && text[at] != ')') {
      at--;
    }
    for (int field = 0; field <= START_TIME; field++) {
      at = nextBlank(text, at + (field == 0 ? 0 : 1));
    }
    long ticks = 0;
    int from = at + 1;
    int to = nextBlank(text, from);
    for (int i = from; i < to && text[i] >= '0' && text[i] <= '9'; i++) {
      ticks = ticks * 10 + (text[i] - '0');
    }
    if (from >= to || text[from] < '0' || text[from] > '9') {
      throw new Malformed(SOURCE, Math.min(from, text.length), "field 22, the start time", text);
    }
    return new ProcessIdentity(pid, ticks);
  }

  private static int nextBlank(byte[] text, int from) {
    int at = Math.max(from, 0);
    while (at < text.length && text[at] != ' ') {
      at++;
    }
    return at;
  }
}
