package io.bilgewatch.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bilgewatch.kernel.KernelPath;
import java.time.Duration;

/**
 * A group of fanotify(7) that is told of writes on whole file systems, each event with a descriptor
 * of the file. Marks may be changed by one thread while another one reads.
 *
 * <pre>
 * struct fanotify_event_metadata: u32 event_len @0, u8 vers @4 (3), u16 metadata_len @6,
 *   u64 mask @8, s32 fd @16, s32 pid @20; 24 bytes
 * </pre>
 */
public final class FanotifyGroup implements AutoCloseable {
  /** Takes the events of one read, in their order. */
  public interface Receiver {
    /**
     * A file was written to, or closed by one who could have.
     *
     * @param file open for reading, and only until this returns
     * @param pid the writer's in this process's own pid namespace, or 0
     */
    void written(Fd file, int pid);

    /**
     * As {@link #written}, of a file that could not be opened.
     *
     * @param pid 0 where the kernel does not say whose it was (before Linux 6.13)
     */
    void unopened(int pid);

    /** The kernel's queue was full: events are missing from here on. */
    void overflowed();
  }

  static final int EVENT_BYTES = 24;
  static final int LENGTH_AT = 0;
  static final int VERSION_AT = 4;
  static final int MASK_AT = 8;
  static final int FD_AT = 16;
  static final int PID_AT = 20;
  static final int VERSION = 3;

  static final long SYS_FANOTIFY_INIT = Machine.ARM64 ? 262 : 300;
  static final long SYS_FANOTIFY_MARK = Machine.ARM64 ? 263 : 301;

  static final int FAN_CLOEXEC = 0x1;
  static final int FAN_NONBLOCK = 0x2;
  static final int FAN_CLASS_NOTIF = 0;

  /** Linux 6.13; not in the headers of the C library yet. */
  private static final int FAN_REPORT_FD_ERROR = 0x2000;

  static final int FAN_MARK_ADD = 0x1;
  static final int FAN_MARK_REMOVE = 0x2;
  static final int FAN_MARK_DONT_FOLLOW = 0x4;
  static final int FAN_MARK_MOUNT = 0x10;
  static final int FAN_MARK_IGNORED_MASK = 0x20;
  static final int FAN_MARK_IGNORED_SURV_MODIFY = 0x40;
  static final int FAN_MARK_FLUSH = 0x80;
  static final int FAN_MARK_FILESYSTEM = 0x100;

  /** Linux 5.19; does not keep the inode in memory. */
  private static final int FAN_MARK_EVICTABLE = 0x200;

  static final long FAN_MODIFY = 0x2;
  static final long FAN_CLOSE_WRITE = 0x8;
  static final long FAN_Q_OVERFLOW = 0x4000;
  private static final long WRITES = FAN_MODIFY | FAN_CLOSE_WRITE;

  /** Each event opens a file: no more at a time than can be closed at once. */
  private static final int MOST_EVENTS = 32;

  private final Fd fd;
  private final WakeUp wakeUp;
  private final Poll poll = new Poll();
  private final Memory events = new Memory((long) MOST_EVENTS * EVENT_BYTES);
  private final Memory here = new Memory(2);
  private boolean canEvict = true;

  private FanotifyGroup(Fd fd, WakeUp wakeUp) {
    this.fd = fd;
    this.wakeUp = wakeUp;
    here.setString(0, ".");
  }

  /**
   * @throws ErrnoException EPERM without CAP_SYS_ADMIN in the first user namespace, ENOSYS in a
   *     kernel without fanotify, EMFILE where the user has too many groups
   */
  public static FanotifyGroup open() throws ErrnoException {
    int number = init(FAN_REPORT_FD_ERROR);
    if (number < 0 && Errno.last() == Errno.EINVAL) {
      number = init(0);
    }
    if (number < 0) {
      throw new ErrnoException("fanotify_init", "group", Errno.last());
    }
    Fd fd = Fd.owning(number);
    return new FanotifyGroup(fd, WakeUp.beside(fd));
  }

  /**
   * O_NONBLOCK is of the files that events open: one may be a named pipe, which would wait for a
   * writer.
   */
  private static int init(int flags) {
    return (int)
        Libc.syscall(
            SYS_FANOTIFY_INIT,
            FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | flags,
            Fd.O_RDONLY | Fd.O_CLOEXEC | Fd.O_NONBLOCK,
            0,
            0,
            0);
  }

  /** Marks the file system that an open directory lies on; once more changes nothing. */
  public void watchFilesystem(Fd directory) throws ErrnoException {
    int flags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    check("mark", mark(flags, directory.number(), Pointer.nativeValue(here)));
  }

  /**
   * Marks the mount that an open directory is reached by: what is written by other ones is not
   * told.
   */
  public void watchMount(Fd directory) throws ErrnoException {
    int flags = FAN_MARK_ADD | FAN_MARK_MOUNT;
    check("mark", mark(flags, directory.number(), Pointer.nativeValue(here)));
  }

  /** Takes the mark of a file system away; where there is none, nothing happens. */
  public void leaveFilesystem(Fd directory) throws ErrnoException {
    int flags = FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM;
    checkRemoved(mark(flags, directory.number(), Pointer.nativeValue(here)));
  }

  /** As {@link #leaveFilesystem}, of the file system that an event's file lies on. */
  public void leaveFilesystemOf(Fd file) throws ErrnoException {
    checkRemoved(mark(FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM, file.number(), 0));
  }

  /** No more events of this file, until it is listened to or looked for again. */
  public void ignore(Fd file) throws ErrnoException {
    int flags = FAN_MARK_ADD | FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY;
    int errno = mark(canEvict ? flags | FAN_MARK_EVICTABLE : flags, file.number(), 0);
    if (errno == Errno.EINVAL && canEvict) {
      canEvict = false;
      errno = mark(flags, file.number(), 0);
    }
    check("ignore", errno);
  }

  /**
   * Ends {@link #ignore} of the file that has this name now.
   *
   * @return whether one of that name was ignored
   */
  public boolean heed(Fd directory, KernelPath name) {
    byte[] text = name.terminated();
    try (Memory memory = new Memory(text.length)) {
      memory.write(0, text, 0, text.length);
      int flags = FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK | FAN_MARK_DONT_FOLLOW;
      return mark(flags, directory.number(), Pointer.nativeValue(memory)) == 0;
    }
  }

  /** Ends {@link #ignore} of all files of all file systems. */
  public void heedAll() throws ErrnoException {
    check("flush", call(FAN_MARK_FLUSH, 0, Libc.AT_FDCWD, 0));
  }

  /** Takes the marks of all file systems away. */
  public void leaveAllFilesystems() throws ErrnoException {
    check("flush", call(FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, Libc.AT_FDCWD, 0));
  }

  private int mark(int flags, int directory, long path) {
    return call(flags, WRITES, directory, path);
  }

  /** 0 or an errno. On 64 bits the mask is one argument. */
  private int call(int flags, long mask, int directory, long path) {
    long result = Libc.syscall(SYS_FANOTIFY_MARK, fd.number(), flags, mask, directory, path);
    return result == 0 ? 0 : Errno.last();
  }

  private static void check(String what, int errno) throws ErrnoException {
    if (errno != 0) {
      throw new ErrnoException("fanotify_mark", what, errno);
    }
  }

  private static void checkRemoved(int errno) throws ErrnoException {
    check("remove", errno == Errno.ENOENT ? 0 : errno);
  }

  /** Whether a read would bring something, be it an error, within the time. */
  public boolean awaitReadable(Duration patience) throws ErrnoException {
    return poll.isReadable(fd, wakeUp, patience);
  }

  /** Ends each wait, by any thread but while another closes this. */
  public void wake() throws ErrnoException {
    wakeUp.wake();
  }

  /**
   * Reads what is queued, up to a bound, and closes each file as soon as the receiver has looked at
   * it: until it is closed, as long as it is queued, it keeps its file system from being unmounted.
   *
   * @return whether there was anything
   * @throws ErrnoException where the group is of no more use
   */
  public boolean read(Receiver receiver) throws ErrnoException {
    long count = Libc.read(fd.number(), Pointer.nativeValue(events), events.size());
    if (count >= 0) {
      hand(receiver, count);
      return count > 0;
    }
    int errno = Errno.last();
    return switch (errno) {
      case Errno.EAGAIN, Errno.EINTR -> false;
      case Errno.EBADF, Errno.EFAULT, Errno.EINVAL ->
          throw new ErrnoException("read", "fanotify group", errno);
      // What came of opening the file; the event is gone with it.
      default -> {
        receiver.unopened(0);
        yield true;
      }
    };
  }

  private void hand(Receiver receiver, long count) throws ErrnoException {
    long at = 0;
    try {
      while (at < count) {
        long event = at;
        at = next(event);
        tell(receiver, event);
      }
    } finally {
      // Only where the receiver threw: what it has not seen is open as well.
      for (; at < count; at = next(at)) {
        close(at);
      }
    }
  }

  private long next(long event) throws ErrnoException {
    int length = events.getInt(event + LENGTH_AT);
    if (length < EVENT_BYTES || events.getByte(event + VERSION_AT) != VERSION) {
      throw new ErrnoException("read", "fanotify event of another version", Errno.EINVAL);
    }
    return event + length;
  }

  private void tell(Receiver receiver, long event) {
    int number = events.getInt(event + FD_AT);
    int pid = events.getInt(event + PID_AT);
    if ((events.getLong(event + MASK_AT) & FAN_Q_OVERFLOW) != 0) {
      receiver.overflowed();
    } else if (number < 0) {
      receiver.unopened(pid);
    } else {
      try (Fd file = Fd.owning(number)) {
        receiver.written(file, pid);
      }
    }
  }

  private void close(long event) {
    int number = events.getInt(event + FD_AT);
    if (number >= 0) {
      Libc.close(number);
    }
  }

  @Override
  public void close() {
    fd.close();
    wakeUp.close();
    poll.close();
    events.close();
    here.close();
  }
}
