package io.bilgewatch.process;

/**
 * A task that came, became another program or went, by the kernel's process connector. Numbers are
 * those of the first pid namespace; {@code nanos} is CLOCK_MONOTONIC, as {@link System#nanoTime}.
 *
 * <p>What C calls a pid is the task's own number, a thread's too; what it calls a tgid is the
 * process's number.
 */
public sealed interface TaskEvent {

  /**
   * A new process, or a new thread where {@code task} is not {@code process}. The kernel names the
   * <em>real parent</em>, which for a thread is the parent of its whole process, and for a process
   * made with CLONE_PARENT its maker's parent.
   */
  record Fork(int parentTask, int parentProcess, int task, int process, long nanos)
      implements TaskEvent {
    public boolean isThread() {
      return task != process;
    }
  }

  /** A process that is another program from now on. */
  record Exec(int task, int process, long nanos) implements TaskEvent {}

  /** A task that has ended; of a process, all its threads have ended before or do so now. */
  record Exit(int task, int process, long nanos) implements TaskEvent {}

  /**
   * The answer to a request of some listener's.
   *
   * @param errno 0 where it was granted
   */
  record Answer(int errno) implements TaskEvent {}

  /** Anything else, now or in kernels to come. */
  record Other(int what) implements TaskEvent {}
}
