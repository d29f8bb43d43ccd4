package io.bilgewatch.mount;

import io.bilgewatch.kernel.HostRoot;
import io.bilgewatch.kernel.KernelFile;
import io.bilgewatch.kernel.KernelPath;
import io.bilgewatch.kernel.Reading;
import io.bilgewatch.kernel.Remembered;
import io.bilgewatch.libc.Errno;
import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.SmallFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Reads the mount table that a process sees. */
public final class MountTableReader {
  /**
   * Beyond an engine within a container; one with CAP_SYS_ADMIN mounts 100,000 times. Neither are
   * more bytes read than {@link SmallFile} takes.
   */
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
    try (SmallFile reader = new SmallFile()) {
      return readBounded(pid, reader, new Remembered<>());
    }
  }

  /**
   * As above, again and again.
   *
   * @param before of that process alone
   */
  public Reading<MountTable> readBounded(
      int pid, SmallFile reader, Remembered<Reading<MountTable>> before) {
    Path file = host.process(pid, "mountinfo");
    try {
      byte[] text = reader.readToEnd(KernelPath.of(file.toString()));
      return text.length == 0
          ? ended(file)
          : before.of(text, now -> bounded(file, MountTable.parse(now)));
    } catch (ErrnoException e) {
      return e.errno() == Errno.EINVAL ? ending(file) : Reading.failed(e);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  private static Reading<MountTable> bounded(Path file, MountTable table) {
    return table.mounts().size() > MOST_MOUNTS
        ? Reading.missing(Reading.Cause.FAILED, file + ": more than " + MOST_MOUNTS + " mounts")
        : Reading.of(table);
  }

  /** This process's own table, whose ids are those that statx(2) tells it. */
  public Reading<MountTable> readOwn() {
    return read(host.proc("self", "mountinfo"));
  }

  private static Reading<MountTable> read(Path file) {
    try {
      byte[] text = KernelFile.read(file);
      return text.length == 0 ? ended(file) : Reading.of(MountTable.parse(text));
    } catch (FileSystemException e) {
      return "Invalid argument".equals(e.getReason()) ? ending(file) : Reading.failed(e);
    } catch (IOException e) {
      return Reading.failed(e);
    }
  }

  private static Reading<MountTable> ended(Path file) {
    return Reading.missing(Reading.Cause.VANISHED, file + ": empty: the process has ended");
  }

  /** EINVAL: it is ending and has given its mount namespace back (fs/proc_namespace.c). */
  private static Reading<MountTable> ending(Path file) {
    return Reading.missing(Reading.Cause.VANISHED, file + ": the process is ending");
  }
}
