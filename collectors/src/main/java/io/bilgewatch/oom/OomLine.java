package io.bilgewatch.oom;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One line of the OOM killer's account. Texts are as the kernel has them, one char a byte: names
 * and paths in them are chosen by containers.
 */
public sealed interface OomLine {

  /** False where the rest is missing, or follows as a continuation: paths are written in pieces. */
  default boolean isWhole() {
    return true;
  }

  /** The first line of a dump: who needed the memory. */
  record Invoked(String comm) implements OomLine {}

  /** Where who needed the memory may allocate it; told by page allocation failures too. */
  record Cpuset(String comm, String cpuset, String memsAllowed) implements OomLine {}

  /**
   * Whose limit was hit, until Linux 4.20.
   *
   * @param taskMemcg the chosen task's cgroup; empty where no task could be chosen, or where the
   *     line breaks off
   * @param oomMemcg empty where the line breaks off
   */
  record TaskIn(Optional<String> taskMemcg, Optional<String> oomMemcg) implements OomLine {
    @Override
    public boolean isWhole() {
      return oomMemcg.isPresent();
    }
  }

  /** What was charged, by kind of charge. */
  record Usage(Charge charge, long usageKilobytes, long limitKilobytes, long failures)
      implements OomLine {}

  /** What a {@link Usage} counts. */
  enum Charge {
    MEMORY,
    MEMORY_AND_SWAP,
    SWAP,
    KERNEL
  }

  /** The heading of the statistics in lines of their own, since Linux 5.2. */
  record StatsOf(String memcg, boolean isWhole) implements OomLine {}

  /**
   * Statistics, one or many of them; of which these are kept.
   *
   * @param shmemBytes of the whole subtree, unless there is {@code totalShmemBytes}
   */
  record Stats(OptionalLong shmemBytes, OptionalLong totalShmemBytes) implements OomLine {}

  /**
   * Statistics of one cgroup alone, until Linux 5.1: each cgroup below it has a line of its own.
   *
   * @param shmemBytes empty where it is not told and does not follow from the rest
   */
  record StatsOfOne(String memcg, OptionalLong shmemBytes) implements OomLine {}

  /** The heading of the table of tasks. */
  record TableHeading() implements OomLine {}

  /** One task that might have been killed. */
  record TableRow(int pid, int threadGroup) implements OomLine {}

  /**
   * The whole story in one line, since Linux 5.0. It may break off, since paths may be long.
   *
   * @param task empty where the line breaks off before its end
   */
  record Summary(
      String constraint,
      OomScope scope,
      Optional<String> cpuset,
      Optional<String> oomMemcg,
      Optional<String> taskMemcg,
      Optional<Task> task)
      implements OomLine {
    @Override
    public boolean isWhole() {
      return task.isPresent();
    }
  }

  /** A task as a {@link Summary} names it. */
  record Task(String comm, int pid, long uid) {}

  /** Who was chosen, until Linux 5.2; a child of it may be killed in its stead. */
  record Chosen(OomScope scope, int pid, String comm, long score) implements OomLine {}

  /** A process was killed. */
  record Killed(
      OomScope scope,
      int pid,
      String comm,
      OptionalLong uid,
      long totalVmKilobytes,
      OptionalLong anonRssKilobytes,
      OptionalLong fileRssKilobytes,
      OptionalLong shmemRssKilobytes,
      OptionalLong pageTablesKilobytes,
      OptionalInt oomScoreAdj)
      implements OomLine {}

  /** Who was chosen had ended by itself: nobody was killed. */
  record AlreadyExiting(int pid, String comm) implements OomLine {}

  /** All tasks of a cgroup are killed next. */
  record Group(String memcg, boolean isWhole) implements OomLine {}

  /** The memory of a process that was killed has been freed. */
  record Reaped(
      int pid,
      String comm,
      OptionalLong anonRssKilobytes,
      OptionalLong fileRssKilobytes,
      OptionalLong shmemRssKilobytes)
      implements OomLine {}
}
