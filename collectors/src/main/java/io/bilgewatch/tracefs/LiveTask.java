package io.bilgewatch.tracefs;

import io.bilgewatch.cgroup.CgroupMembership;
import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code /proc} says of a thread that is still there (proc_pid_status(5)):
 *
 * <pre>
 * Name:	sh
 * State:	S (sleeping)
 * Tgid:	9656
 * </pre>
 *
 * @param isRunning false for one that is ending, whose version 1 cgroups are all {@code /}
 * @param comm its name, fit for people
 */
record LiveTask(boolean isRunning, OptionalInt pid, String comm, Optional<String> containerId) {
  private static final int MOST_BYTES = 64 << 10;

  /** Empty where it has gone or can't be read. */
  static Optional<LiveTask> read(HostRoot host, int tid) {
    try {
      byte[] status = KernelFile.read(host.process(tid, "status"), MOST_BYTES);
      byte[] cgroups = KernelFile.read(host.process(tid, "cgroup"), MOST_BYTES);
      return Optional.of(parse(status, CgroupMembership.parse(cgroups).containerId()));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  static LiveTask parse(byte[] status, Optional<String> containerId) {
    String state = value(status, "State:\t");
    boolean running = !state.isEmpty() && "XZ".indexOf(state.charAt(0)) < 0;
    return new LiveTask(running, pid(value(status, "Tgid:\t")), comm(status), containerId);
  }

  private static String comm(byte[] status) {
    byte[] name = value(status, "Name:\t").getBytes(StandardCharsets.ISO_8859_1);
    return KernelPath.display(name, 0, name.length);
  }

  private static OptionalInt pid(String digits) {
    try {
      return OptionalInt.of(Integer.parseUnsignedInt(digits));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /** Of the first line with the key: the name comes first, and its newlines are escaped. */
  private static String value(byte[] status, String key) {
    String text = "\n" + new String(status, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\n" + key);
    if (at < 0) {
      return "";
    }
    int from = at + 1 + key.length();
    int to = text.indexOf('\n', from);
    return text.substring(from, to < 0 ? text.length() : to);
  }
}
