package io.bilgewatch.mount;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Reading;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the mount table that a process sees. */
public final class MountTableReader {
  private final HostRoot host;

  public MountTableReader(HostRoot host) {
    this.host = host;
  }

  /** Vanished where the process has gone, or is a zombie, which has no mounts any more. */
  public Reading<MountTable> read(int pid) {
    return read(host.process(pid, "mountinfo"));
  }

  /** This process's own table, whose ids are those that statx(2) tells it. */
  public Reading<MountTable> readOwn() {
    return read(host.proc("self", "mountinfo"));
  }

  private static Reading<MountTable> read(Path file) {
    try {
      byte[] text = KernelFile.read(file);
      return text.length == 0
          ? Reading.missing(Reading.Cause.VANISHED, file + ": empty: the process has ended")
          : Reading.of(MountTable.parse(text));
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }
}
