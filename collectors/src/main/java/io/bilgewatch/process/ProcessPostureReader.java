package io.bilgewatch.process;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/** Reads what the kernel says of a process's privileges. */
public final class ProcessPostureReader {
  private final HostRoot host;

  public ProcessPostureReader(HostRoot host) {
    this.host = host;
  }

  /** Vanished where there is no such process. */
  public Reading<ProcessPosture> read(int pid) {
    try {
      byte[] text = KernelFile.read(host.process(pid, "status"));
      ProcessStatus status = ProcessStatus.parse(text);
      int containerUid = idMap(pid).inside(status.effectiveUid());
      return Reading.of(
          new ProcessPosture(
              status.effectiveUid(),
              status.effectiveGid(),
              containerUid,
              status.effectiveCapabilities(),
              status.permittedCapabilities(),
              status.boundingCapabilities(),
              status.noNewPrivileges(),
              status.seccompMode(),
              securityLabel(pid),
              ProcessStatus.groups(text)));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  private IdMap idMap(int pid) throws IOException {
    try {
      return IdMap.parse(KernelFile.read(host.process(pid, "uid_map")));
    } catch (NoSuchFileException e) {
      if (Files.exists(host.process(pid, "status"))) {
        // A kernel without user namespaces: everybody sees the same ids.
        return IdMap.IDENTITY;
      }
      throw e;
    }
  }

  private String securityLabel(int pid) throws IOException {
    try (SmallFile file = new SmallFile()) {
      KernelPath path = KernelPath.of(host.process(pid, "attr", "current").toString());
      return label(file.read(path));
    } catch (ErrnoException e) {
      // EINVAL: no security module labels processes. ENOENT: a kernel without such modules.
      if (e.errno() == Errno.EINVAL
          || (e.errno() == Errno.ENOENT && Files.exists(host.process(pid, "status")))) {
        return "";
      }
      throw e;
    }
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
