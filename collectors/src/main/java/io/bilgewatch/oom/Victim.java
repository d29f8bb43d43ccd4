package io.bilgewatch.oom;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A process that the OOM killer ended. What the kernel or a lost line did not tell is empty.
 *
 * @param pid in the host's namespace
 * @param comm the name it had chosen, made safe to print
 * @param shmemRssBytes what it had mapped of tmpfs and shared memory (since Linux 4.5); not what it
 *     had written there
 */
public record Victim(
    int pid,
    String comm,
    OptionalLong uid,
    OptionalLong totalVmBytes,
    OptionalLong anonRssBytes,
    OptionalLong fileRssBytes,
    OptionalLong shmemRssBytes,
    OptionalLong pageTablesBytes,
    OptionalInt oomScoreAdj) {

  /** As the line of the kill has it. */
  static Victim of(OomLine.Killed killed, OptionalLong uid) {
    return new Victim(
        killed.pid(),
        Display.of(killed.comm()),
        uid,
        Bytes.ofKilobytes(killed.totalVmKilobytes()),
        Bytes.ofKilobytes(killed.anonRssKilobytes()),
        Bytes.ofKilobytes(killed.fileRssKilobytes()),
        Bytes.ofKilobytes(killed.shmemRssKilobytes()),
        Bytes.ofKilobytes(killed.pageTablesKilobytes()),
        killed.oomScoreAdj());
  }

  /** As another line names it. */
  static Victim named(int pid, String comm, OptionalLong uid) {
    OptionalLong unknown = OptionalLong.empty();
    return new Victim(
        pid,
        Display.of(comm),
        uid,
        unknown,
        unknown,
        unknown,
        unknown,
        unknown,
        OptionalInt.empty());
  }
}
