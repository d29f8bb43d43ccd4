package io.bilgewatch.mount;

import io.bilgewatch.libc.ErrnoException;
import io.bilgewatch.libc.Fd;
import io.bilgewatch.libc.Poll;
import io.bilgewatch.libc.StatFs;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Says whether a long mount table is to be read again, without reading it: the kernel tells by
 * poll(2) on an open mountinfo file that something was mounted, unmounted or mounted otherwise
 * (proc_pid_mountinfo(5)). Only for tables of processes that stay: an open one keeps its mount
 * namespace. Any thread may ask.
 */
public final class MountChanges implements AutoCloseable {
  /**
   * A table that changes all the time is not read more often, nor one whose changes are unknown.
   */
  static final Duration REST = Duration.ofMinutes(1);

  /** One that the kernel says nothing of is read again all the same. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private final Path mountinfo;
  private final Poll poll = new Poll();
  private Fd fd;
  private boolean asked;
  private boolean closed;
  private boolean changed;
  private long version;
  private long nanos;

  /**
   * @param mountinfo of this process, or of the host's first one
   */
  public MountChanges(Path mountinfo) {
    this.mountinfo = mountinfo;
  }

  /**
   * A number that is another where the table may be: what was read after it was asked for is true
   * as long as it is the same, or changed less than {@link #REST} ago.
   *
   * @param nowNanos by a monotonic clock
   */
  public synchronized long version(long nowNanos) {
    changed |= isChanged();
    Duration rest = changed ? REST : LONGEST;
    if (!asked || nowNanos - nanos >= rest.toNanos()) {
      asked = true;
      changed = false;
      nanos = nowNanos;
      version++;
    }
    return version;
  }

  private boolean isChanged() {
    if (closed) {
      return true;
    }
    try {
      if (fd == null) {
        fd = open();
      }
      return fd == null || poll.isChanged(fd);
    } catch (ErrnoException _) {
      return true;
    }
  }

  /** Null where it is no file of the kernel's, which would tell nothing. */
  private Fd open() throws ErrnoException {
    Fd opened = Fd.open(mountinfo, Fd.O_RDONLY);
    try (StatFs statfs = new StatFs().of(opened)) {
      if (statfs.type() == StatFs.PROC_SUPER_MAGIC) {
        return opened;
      }
    } catch (ErrnoException e) {
      opened.close();
      throw e;
    }
    opened.close();
    return null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (fd != null) {
      fd.close();
    }
    poll.close();
  }
}
