package io.bilgewatch.tracefs;

import io.bilgewatch.kernel.WriteErrno;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A system call that the kernel refused to write for. All texts are fit for people.
 *
 * @param syscall the kernel's name, such as {@code openat}
 * @param path as the program gave it, where the kernel tells it: a relative one stays relative, as
 *     the directory is not known
 * @param tid the thread, as the host numbers it
 * @param pid its process, where it was still there to be asked
 * @param comm the thread's name, which it chooses; empty where it has gone and nothing told it
 * @param containerId 64 hex digits; empty for the host, and where it can't be told for certain
 * @param sinceBoot on the monotonic clock, as the kernel's log has it
 */
public record FailedWrite(
    WriteErrno errno,
    String syscall,
    Optional<String> path,
    int tid,
    OptionalInt pid,
    String comm,
    Optional<String> containerId,
    Duration sinceBoot) {
  public FailedWrite {
    Objects.requireNonNull(errno, "errno");
    Objects.requireNonNull(syscall, "syscall");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(comm, "comm");
    Objects.requireNonNull(containerId, "containerId");
    Objects.requireNonNull(sinceBoot, "sinceBoot");
  }
}
