package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Remembered;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Reads what the kernel says of a process's privileges. */
public final class ProcessPostureReader {
  private final HostRoot host;

  public ProcessPostureReader(HostRoot host) {
    this.host = host;
  }

  /** What was last known of one process. */
  public static final class Memo {
    private final Remembered<Status> status = new Remembered<>();
    private final Remembered<IdMap> idMap = new Remembered<>();
    private final Remembered<String> label = new Remembered<>();
    private Reading<ProcessPosture> last;
  }

  private record Status(ProcessStatus status, List<Integer> groups) {}

  /** Vanished where there is no such process. */
  public Reading<ProcessPosture> read(int pid) {
    try (SmallFile file = new SmallFile()) {
      return read(pid, file, new Memo());
    }
  }

  /**
   * As above, again and again: the very same object where nothing is other than before.
   *
   * @param memo of that process alone
   */
  public Reading<ProcessPosture> read(int pid, SmallFile file, Memo memo) {
    Reading<ProcessPosture> now;
    try {
      now = Reading.of(posture(pid, file, memo));
    } catch (IOException e) {
      now = Reading.failed(e);
    }
    memo.last = now.equals(memo.last) ? memo.last : now;
    return memo.last;
  }

  private ProcessPosture posture(int pid, SmallFile file, Memo memo) throws IOException {
    byte[] text = file.read(path(pid, "status"));
    Status known =
        memo.status.of(
            ProcessStatus.privileges(text),
            _ -> new Status(ProcessStatus.parse(text), ProcessStatus.groups(text)));
    ProcessStatus status = known.status();
    return new ProcessPosture(
        status.effectiveUid(),
        status.effectiveGid(),
        idMap(pid, file, memo).inside(status.effectiveUid()),
        status.effectiveCapabilities(),
        status.permittedCapabilities(),
        status.boundingCapabilities(),
        status.noNewPrivileges(),
        status.seccompMode(),
        securityLabel(pid, file, memo),
        known.groups());
  }

  private IdMap idMap(int pid, SmallFile file, Memo memo) throws IOException {
    try {
      return memo.idMap.of(file.readToEnd(path(pid, "uid_map")), IdMap::parse);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT && Files.exists(host.process(pid, "status"))) {
        // A kernel without user namespaces: everybody sees the same ids.
        return IdMap.IDENTITY;
      }
      throw e;
    }
  }

  private String securityLabel(int pid, SmallFile file, Memo memo) throws IOException {
    try {
      return memo.label.of(file.read(path(pid, "attr", "current")), ProcessPostureReader::label);
    } catch (ErrnoException e) {
      // EINVAL: no security module labels processes. ENOENT: a kernel without such modules.
      if (e.errno() == Errno.EINVAL
          || (e.errno() == Errno.ENOENT && Files.exists(host.process(pid, "status")))) {
        return "";
      }
      throw e;
    }
  }

  private KernelPath path(int pid, String... names) {
    return KernelPath.of(host.process(pid, names).toString());
  }

  /** SELinux ends its contexts with a NUL, AppArmor its profiles with a newline. */
  static String label(byte[] text) {
    int end = text.length;
    while (end > 0 && (text[end - 1] == 0 || text[end - 1] == '\n')) {
      end--;
    }
    return KernelPath.display(text, 0, end);
  }
}
