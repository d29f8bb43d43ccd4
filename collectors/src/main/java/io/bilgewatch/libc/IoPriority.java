package io.bilgewatch.libc;

/**
 * The calling thread's turn at the disk (ioprio_set(2)), where the disk's scheduler heeds it: BFQ
 * does, mq-deadline does between the classes, none does not.
 */
public final class IoPriority {
  static final long SYS_IOPRIO_SET = Machine.ARM64 ? 30 : 251;
  static final long SYS_IOPRIO_GET = Machine.ARM64 ? 31 : 252;
  static final int WHO_PROCESS = 1;
  static final int CLASS_SHIFT = 13;
  static final int CLASS_IDLE = 3;

  private IoPriority() {}

  /** From now on this thread reads when nobody else wants the disk. Needs no capability. */
  public static void idle() throws ErrnoException {
    int priority = CLASS_IDLE << CLASS_SHIFT;
    if (Libc.syscall(SYS_IOPRIO_SET, WHO_PROCESS, 0, priority, 0, 0) != 0) {
      throw new ErrnoException("ioprio_set", "idle", Errno.last());
    }
  }

  /** The class of the calling thread: 0 where none was set. */
  static int currentClass() {
    return (int) Libc.syscall(SYS_IOPRIO_GET, WHO_PROCESS, 0, 0, 0, 0) >> CLASS_SHIFT;
  }
}
