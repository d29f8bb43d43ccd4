package io.bilgewatch.mount;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Remembered;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Reads the mount table that a process sees. */
public final class MountTableReader {
  /** Beyond an engine within a container; one with CAP_SYS_ADMIN mounts 100,000 times. */
  private static final int MOST_BYTES = 1 << 20;

  private static final int MOST_MOUNTS = 4096;

  private final HostRoot host;

  public MountTableReader(HostRoot host) {
    this.host = host;
  }

  /** Vanished where the process has gone, or is a zombie, which has no mounts any more. */
  public Reading<MountTable> read(int pid) {
    return read(host.process(pid, "mountinfo"));
  }

  /**
   * As {@link #read(int)}, for a process whose mounts an adversary chooses; failed where the table
   * is so large that it would cost the host too much.
   */
  public Reading<MountTable> readBounded(int pid) {
    return readBounded(pid, new Remembered<>());
  }

  /**
   * As above, again and again.
   *
   * @param before of that process alone
   */
  public Reading<MountTable> readBounded(int pid, Remembered<Reading<MountTable>> before) {
    Path file = host.process(pid, "mountinfo");
    Reading<MountTable> table = read(file, MOST_BYTES, before);
    int mounts = table.optional().map(read -> read.mounts().size()).orElse(0);
    return mounts > MOST_MOUNTS
        ? Reading.missing(Reading.Cause.FAILED, file + ": more than " + MOST_MOUNTS + " mounts")
        : table;
  }

  /** This process's own table, whose ids are those that statx(2) tells it. */
  public Reading<MountTable> readOwn() {
    return read(host.proc("self", "mountinfo"));
  }

  private static Reading<MountTable> read(Path file) {
    return read(file, KernelFile.MAX_BYTES, new Remembered<>());
  }

  private static Reading<MountTable> read(
      Path file, int maxBytes, Remembered<Reading<MountTable>> before) {
    try {
      byte[] text = KernelFile.read(file, maxBytes);
      return text.length == 0
          ? Reading.missing(Reading.Cause.VANISHED, file + ": empty: the process has ended")
          : before.of(text, now -> Reading.of(MountTable.parse(now)));
    } catch (FileSystemException e) {
      // EINVAL: the process is ending and has given its mount namespace back (fs/proc_namespace.c).
      return "Invalid argument".equals(e.getReason())
          ? Reading.missing(Reading.Cause.VANISHED, file + ": the process is ending")
          : Reading.failed(e);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }
}
